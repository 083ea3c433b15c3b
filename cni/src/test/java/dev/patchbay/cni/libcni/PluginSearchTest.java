package dev.patchbay.cni.libcni;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Corner 26: where a plugin is found. */
class PluginSearchTest {
  @TempDir Path root;

  @Test
  void firstFolderCounts() throws IOException {
    plugin("a/x", true);
    plugin("b/x", true);
    assertThat(search().find("x", path("b", "a"))).contains(root.resolve("b/x"));
  }

  @Test
  void foldersAndFilesThatCannotRunAreSkipped() throws IOException {
    Files.createDirectories(root.resolve("a/x"));
    plugin("b/x", false);
    plugin("c/x", true);
    assertThat(search().find("x", path("a", "b", "nowhere", "c"))).contains(root.resolve("c/x"));
  }

  @Test
  void emptyPathFindsNothing() throws IOException {
    plugin("a/x", true);
    assertThat(search().find("x", List.of())).isEmpty();
    assertThat(search().find("x", List.of(""))).isEmpty();
  }

  @Test
  void ourOwnFolderIsNeverSearchedUnderAnyOfItsNames() throws IOException {
    plugin("ours/x", true);
    plugin("theirs/y", true);
    Files.createSymbolicLink(root.resolve("alias"), root.resolve("ours"));
    PluginSearch search = PluginSearch.excluding(root.resolve("alias"));
    List<String> path = path("ours", "alias", "ours/../ours", "theirs");
    assertThat(search.find("x", path)).isEmpty();
    assertThat(search.folders(path)).isEqualTo(path("theirs"));
    assertThat(search.present(path)).containsExactly("y");
  }

  @Test
  void hostsFilesAreSeenThroughItsRootAndNamedAsTheHostDoes() throws IOException {
    plugin("opt/cni/bin/x", true);
    PluginSearch search = new PluginSearch(root, Set.of());
    assertThat(search.find("x", List.of("/opt/cni/bin"))).contains(Path.of("/opt/cni/bin/x"));
  }

  private static PluginSearch search() {
    return PluginSearch.excluding();
  }

  private List<String> path(String... folders) {
    return List.of(folders).stream().map(folder -> root.resolve(folder).toString()).toList();
  }

  private void plugin(String name, boolean executable) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n");
    Files.setPosixFilePermissions(
        file, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
  }
}

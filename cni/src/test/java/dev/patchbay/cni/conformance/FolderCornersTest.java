package dev.patchbay.cni.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.cni.conf.ConfFolder;
import dev.patchbay.cni.conf.NetworkConf;
import dev.patchbay.cni.conf.PluginConf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Corners 11 to 13 and 16: folders of configurations. */
class FolderCornersTest {
  @TempDir Path folder;

  @ParameterizedTest(name = "corner 11: only inlined {0}, inlined plugins {1}, subfolder {2}: {3}")
  @CsvSource({
    "true,  present, filled, inlined",
    "true,  present, absent, inlined",
    "true,  absent,  filled, refused",
    "false, present, filled, inlined extra1 extra2",
    "false, present, empty,  inlined",
    "false, present, absent, inlined",
    "false, absent,  filled, extra1 extra2",
    "false, absent,  empty,  refused",
    "false, absent,  absent, refused"
  })
  void pluginsComeFromTheListAndTheFolder(
      boolean onlyInlined, String inlined, String subfolder, String expected) throws IOException {
    String plugins = inlined.equals("present") ? ",'plugins':[{'type':'inlined'}]" : "";
    write("a.conflist", "{'name':'a','loadOnlyInlinedPlugins':" + onlyInlined + plugins + "}");
    if (!subfolder.equals("absent")) {
      Files.createDirectories(folder.resolve("a/deeper.conf"));
      write("a/ignored.json", "{'type':'json'}");
      write("a/ignored.conflist", "{}");
    }
    if (subfolder.equals("filled")) {
      write("a/20.conf", "{'type':'extra2'}");
      write("a/10.conf", "{'type':'extra1'}");
    }
    ConfFolder read = ConfFolder.read(folder);
    if (expected.equals("refused")) {
      assertThat(read.networks()).isEmpty();
      assertThat(read.problems())
          .singleElement()
          .satisfies(error -> assertThat(error.msg()).contains("a.conflist", "plugins"));
    } else {
      assertThat(types(read.network("a").orElseThrow())).containsExactly(expected.split(" ", -1));
    }
  }

  @Test
  void corner12FirstFileOfANameCountsAndTheOtherIsReported() throws IOException {
    write("20.conflist", "{'name':'a','plugins':[{'type':'second'}]}");
    write("10.conflist", "{'name':'a','plugins':[{'type':'first'}]}");
    ConfFolder read = ConfFolder.read(folder);
    assertThat(types(read.network("a").orElseThrow())).containsExactly("first");
    assertThat(read.problems())
        .singleElement()
        .satisfies(error -> assertThat(error.msg()).contains("20.conflist", "\"a\"", "10.conf"));
  }

  @Test
  void corner13MalformedSiblingHidesNobody() throws IOException {
    write("10.conflist", "{'name':");
    write("15.conflist", "{'name':'bad','plugins':[{'type':'x'}]}");
    write("bad/10.conf", "{'type':'a/b'}");
    write("20.conflist", "{'name':'good','plugins':[{'type':'x'}]}");
    ConfFolder read = ConfFolder.read(folder);
    assertThat(read.networks()).extracting(n -> n.name().value()).containsExactly("good");
    assertThat(read.problems()).hasSize(2);
    assertThat(read.problems().get(0).msg()).contains("10.conflist", "line 1");
    assertThat(read.problems().get(1).msg()).contains("bad/10.conf", "type");
  }

  @Test
  void corner16ListsComeFirstThenSinglesAndOtherFilesAreIgnored() throws IOException {
    write("01.conf", "{'name':'single','type':'x'}");
    write("02.json", "{'name':'json','type':'x'}");
    write("09.conflist", "{'name':'list','plugins':[{'type':'x'}]}");
    write("00.conf.bak", "{");
    Files.createDirectory(folder.resolve("03.conf"));
    ConfFolder read = ConfFolder.read(folder);
    assertThat(read.networks())
        .extracting(n -> n.name().value())
        .containsExactly("list", "single", "json");
    assertThat(read.problems()).isEmpty();
  }

  @Test
  void missingFolderHasNoNetworks() {
    ConfFolder read = ConfFolder.read(folder.resolve("nowhere"));
    assertThat(read.networks()).isEmpty();
    assertThat(read.problems()).isEmpty();
  }

  @Test
  void danglingLinkIsReported() throws IOException {
    Files.createSymbolicLink(folder.resolve("a.conf"), folder.resolve("nowhere"));
    assertThat(ConfFolder.read(folder).problems())
        .singleElement()
        .satisfies(error -> assertThat(error.code()).isEqualTo(5));
  }

  private static List<String> types(NetworkConf conf) {
    return conf.plugins().stream().map(PluginConf::type).toList();
  }

  private void write(String name, String conf) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, conf.replace('\'', '"'));
  }
}

package dev.patchbay.vm.image;

import dev.patchbay.vm.qemu.QemuMachine.Disk.Format;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Reads the table from YAML; every error names file, entry, field, value and remedy. */
final class ImageTableText {
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final Set<String> TOP = Set.of("bareUrls", "images");
  private static final Set<String> FILE = Set.of("file", "url", "sha256");
  private static final Set<String> DISK = Set.of("file", "url", "sha256", "format");
  private static final Set<String> ENTRY =
      Set.of("name", "file", "url", "sha256", "format", "kernel", "initrd", "append", "disk");
  private static final int MAX_STARS = 9;

  private ImageTableText() {}

  /** The table in a file; an absent file is an empty table. */
  static ImageTable read(Path file) throws ImageException {
    try {
      return Files.exists(file)
          ? parse(Files.readString(file), file.toString())
          : new ImageTable(List.of(), false, file + " (which is absent)");
    } catch (IOException e) {
      if (e instanceof ImageException known) {
        throw known;
      }
      throw new ImageException(
          ImageException.Kind.INVALID_TABLE, file + ": " + e, "make it readable", e);
    }
  }

  static ImageTable parse(String yaml, String origin) throws ImageException {
    try {
      JsonNode tree = YAML.readTree(yaml);
      return tree.isMissingNode() || tree.isNull()
          ? new ImageTable(List.of(), false, origin)
          : of(tree, origin);
    } catch (JacksonException e) {
      throw invalid(origin, e.getOriginalMessage(), "write YAML", e);
    } catch (IllegalArgumentException e) {
      throw invalid(origin, String.valueOf(e.getMessage()), "see docs/vm.md", e);
    }
  }

  /** A name that is an address; only a format that tells itself can be taken without a table. */
  static ImageSource bare(ImageName name) throws ImageException {
    try {
      return new ImageSource.OnDisk(
          new Artifact(new Artifact.Remote(url("image", name.url())), Optional.empty()),
          Format.QCOW2);
    } catch (IllegalArgumentException e) {
      throw new ImageException(
          ImageException.Kind.INVALID_NAME, String.valueOf(e.getMessage()), "see docs/vm.md", e);
    }
  }

  private static ImageException invalid(String where, String what, String remedy, Exception why) {
    return new ImageException(ImageException.Kind.INVALID_TABLE, where + ": " + what, remedy, why);
  }

  private static ImageTable of(JsonNode tree, String origin) {
    onlyKeys("the file", tree, TOP);
    JsonNode bare = tree.path("bareUrls");
    require(bare.isMissingNode() || bare.isBoolean(), "bareUrls", bare.toString(), "true or false");
    JsonNode images = tree.path("images");
    require(images.isMissingNode() || images.isArray(), "images", images.toString(), "a list");
    List<ImageEntry> entries = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < images.size(); i++) {
      ImageEntry entry = entry("images[" + i + "]", images.get(i));
      require(names.add(entry.name()), "images[" + i + "].name", entry.name(), "each name once");
      entries.add(entry);
    }
    return new ImageTable(entries, bare.asBoolean(false), origin);
  }

  private static ImageEntry entry(String at, JsonNode tree) {
    onlyKeys(at, tree, ENTRY);
    String name = text(at + ".name", tree.path("name"));
    require(!name.isBlank(), at + ".name", name, "the name that pods use");
    ImageEntry entry = new ImageEntry(name, stars -> source(at, tree, ImageEntry.filled(stars)));
    require(entry.stars() <= MAX_STARS, at + ".name", name, "at most 9 stars");
    String sample = name.replace("*", "x");
    try {
      require(
          ImageName.parse(sample).value().equals(sample),
          at + ".name",
          name,
          "the name without \"virtlet.cloud/\" and \":latest\"");
    } catch (ImageException e) {
      throw new IllegalArgumentException(at + ".name: " + e.getMessage(), e);
    }
    // what can be wrong is told when the table is read, not when a pod comes
    var _ = entry.source().apply(Collections.nCopies(entry.stars(), "x"));
    return entry;
  }

  private static ImageSource source(String at, JsonNode tree, UnaryOperator<String> fill) {
    if (tree.path("kernel").isMissingNode()) {
      for (String key : List.of("initrd", "append", "disk")) {
        require(tree.path(key).isMissingNode(), at + "." + key, "", "it goes with a kernel only");
      }
      return disk(at, tree, fill);
    }
    for (String key : DISK) {
      require(
          tree.path(key).isMissingNode(),
          at + "." + key,
          "",
          "beside a kernel, a disk's file, url, sha256 and format go below \"disk\"");
    }
    onlyKeys(at + ".kernel", tree.path("kernel"), FILE);
    boolean hasInitrd = !tree.path("initrd").isMissingNode();
    if (hasInitrd) {
      onlyKeys(at + ".initrd", tree.path("initrd"), FILE);
    }
    boolean hasDisk = !tree.path("disk").isMissingNode();
    if (hasDisk) {
      onlyKeys(at + ".disk", tree.path("disk"), DISK);
    }
    return new ImageSource.Kernel(
        artifact(at + ".kernel", tree.path("kernel"), fill),
        hasInitrd
            ? Optional.of(artifact(at + ".initrd", tree.path("initrd"), fill))
            : Optional.empty(),
        text(at + ".append", tree.path("append")),
        hasDisk ? Optional.of(disk(at + ".disk", tree.path("disk"), fill)) : Optional.empty());
  }

  private static ImageSource.OnDisk disk(String at, JsonNode tree, UnaryOperator<String> fill) {
    String format = text(at + ".format", tree.path("format"));
    return switch (format) {
      case "qcow2" -> new ImageSource.OnDisk(artifact(at, tree, fill), Format.QCOW2);
      case "raw" -> new ImageSource.OnDisk(artifact(at, tree, fill), Format.RAW);
      default ->
          throw new IllegalArgumentException(
              at + ".format \"" + format + "\" cannot be: write qcow2 or raw; it is never guessed");
    };
  }

  private static Artifact artifact(String at, JsonNode tree, UnaryOperator<String> fill) {
    String file = text(at + ".file", tree.path("file"));
    String url = text(at + ".url", tree.path("url"));
    require(file.isEmpty() != url.isEmpty(), at, file + url, "exactly one of \"file\" and \"url\"");
    String digest = text(at + ".sha256", tree.path("sha256"));
    Optional<Sha256> sha256 = Optional.of(digest).filter(d -> !d.isEmpty()).map(Sha256::parse);
    String written = file + url;
    require(
        sha256.isEmpty() || !written.contains("$"),
        at + ".sha256",
        digest,
        "one digest cannot be that of many images: leave it out, or write names without stars");
    if (url.isEmpty()) {
      return new Artifact(new Artifact.Local(path(at + ".file", fill.apply(file))), sha256);
    }
    URI address = url(at + ".url", fill.apply(url));
    require(
        sha256.isPresent() || !address.getScheme().equals("http"),
        at + ".url",
        url,
        "http is not protected on its way: add sha256, or write https");
    return new Artifact(new Artifact.Remote(address), sha256);
  }

  private static Path path(String at, String text) {
    try {
      Path path = Path.of(text);
      require(path.isAbsolute(), at, text, "an absolute path");
      return path;
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(at + " \"" + text + "\" is no path", e);
    }
  }

  private static URI url(String at, String text) {
    try {
      URI url = new URI(text);
      boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      require(web && url.getHost() != null, at, text, "http://host/… or https://host/…");
      // it would stand in logs and events
      require(url.getUserInfo() == null, at, "…@" + url.getHost(), "an address without a password");
      return url;
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(at + " \"" + text + "\" is no address", e);
    }
  }

  private static String text(String at, JsonNode node) {
    require(node.isMissingNode() || node.isString(), at, node.toString(), "text");
    return node.asString("");
  }

  private static void onlyKeys(String at, JsonNode tree, Set<String> known) {
    require(tree.isObject(), at, tree.toString(), "an object");
    for (String key : tree.propertyNames()) {
      require(
          known.contains(key), at + "." + key, "", "known are " + String.join(", ", sorted(known)));
    }
  }

  private static List<String> sorted(Set<String> keys) {
    return keys.stream().sorted().toList();
  }

  private static void require(boolean met, String field, String value, String remedy) {
    if (!met) {
      String quoted = value.isEmpty() ? "" : " \"" + value + "\"";
      throw new IllegalArgumentException(field + quoted + " cannot be: write " + remedy);
    }
  }
}

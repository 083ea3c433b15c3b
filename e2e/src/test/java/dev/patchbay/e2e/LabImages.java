package dev.patchbay.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** Images of one busybox layer, built by hand so that no registry is asked. */
final class LabImages {
  static final String BUSYBOX = "localhost/busybox:lab";
  static final String PAUSE = "localhost/pause:lab";

  /** The same as {@link #BUSYBOX}, by the name that the examples use. */
  private static final String OF_EXAMPLES = "localhost/busybox:1";

  private static final String WAIT =
      "trap 'exit 0' TERM INT; while :; do sleep 3600 & wait $!; done";
  private static final List<String> WAITING = List.of("/bin/busybox", "sh", "-c", WAIT);
  private static final Path STATIC_BUSYBOX = Path.of("/bin/busybox");
  private static final List<String> TOOLS =
      List.of("sh", "ip", "ping", "sleep", "cat", "ls", "nc", "top", "true");
  private static final JsonMapper JSON = JsonMapper.shared();

  private LabImages() {}

  /**
   * An OCI layout with {@link #BUSYBOX}, that of the examples and {@link #PAUSE}, as one tar file.
   */
  static Path ociLayout(Lab lab) {
    Path layout = lab.dir("images", "oci");
    Path layer = compressed(layer(lab));
    String diff = digest(layer(lab));
    String layerDigest = blob(layout, bytes(layer));
    List<Map<String, Object>> entries =
        List.of(BUSYBOX, OF_EXAMPLES, PAUSE).stream()
            .map(name -> {
              byte[] config = JSON.writeValueAsBytes(config(WAITING, diff));
              Map<String, Object> manifest =
                  Map.of(
                      "schemaVersion",
                      2,
                      "mediaType",
                      "application/vnd.oci.image.manifest.v1+json",
                      "config",
                      descriptor("config.v1+json", blob(layout, config), config.length),
                      "layers",
                      List.of(descriptor("layer.v1.tar+gzip", layerDigest, bytes(layer).length)));
              byte[] json = JSON.writeValueAsBytes(manifest);
              Map<String, Object> entry =
                  new HashMap<>(descriptor("manifest.v1+json", blob(layout, json), json.length));
              entry.put("annotations", Map.of("io.containerd.image.name", name));
              return entry;
            })
            .toList();
    lab.write(layout.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    lab.write(
        layout.resolve("index.json"),
        JSON.writeValueAsString(Map.of("schemaVersion", 2, "manifests", entries)));
    return tar(layout, lab.folder().resolve("images/oci.tar"));
  }

  /** A docker archive with {@link #BUSYBOX}, whose entrypoint is busybox' {@code sh}. */
  static Path dockerArchive(Lab lab) {
    Path archive = lab.dir("images", "docker");
    Path layer = layer(lab);
    try {
      Files.copy(layer, archive.resolve("layer.tar"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    lab.write(
        archive.resolve("config.json"),
        JSON.writeValueAsString(config(List.of("/bin/busybox", "sh"), digest(layer))));
    lab.write(
        archive.resolve("manifest.json"),
        JSON.writeValueAsString(
            List.of(
                Map.of(
                    "Config",
                    "config.json",
                    "RepoTags",
                    List.of(BUSYBOX),
                    "Layers",
                    List.of("layer.tar")))));
    return tar(archive, lab.folder().resolve("images/docker.tar"));
  }

  private static Map<String, Object> config(List<String> entrypoint, String diff) {
    String arch = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
    return Map.of(
        "architecture",
        arch,
        "os",
        "linux",
        "config",
        Map.of("Entrypoint", entrypoint, "Env", List.of("PATH=/bin")),
        "rootfs",
        Map.of("type", "layers", "diff_ids", List.of(diff)));
  }

  private static Map<String, Object> descriptor(String kind, String digest, int size) {
    return Map.of("mediaType", "application/vnd.oci.image." + kind, "digest", digest, "size", size);
  }

  private static Path layer(Lab lab) {
    Path file = lab.dir("images").resolve("layer.tar");
    if (!Files.exists(file)) {
      Path files = lab.dir("images", "layer");
      List.of("bin", "etc", "proc", "sys", "dev", "tmp")
          .forEach(folder -> lab.dir("images", "layer", folder));
      try {
        Files.copy(STATIC_BUSYBOX, files.resolve("bin/busybox"));
        for (String tool : TOOLS) {
          Files.createSymbolicLink(files.resolve("bin").resolve(tool), Path.of("busybox"));
        }
      } catch (IOException e) {
        throw new UncheckedIOException("cannot lay out the image", e);
      }
      Command.of("chmod", "755", files.resolve("bin/busybox").toString()).output();
      tar(files, file);
    }
    return file;
  }

  private static Path tar(Path folder, Path file) {
    Command.of("tar", "-C", folder.toString(), "-cf", file.toString(), ".").output();
    return file;
  }

  private static Path compressed(Path file) {
    Command.of("gzip", "-kf", file.toString()).output();
    return file.resolveSibling(file.getFileName() + ".gz");
  }

  private static String blob(Path layout, byte[] content) {
    String digest = digest(content);
    try {
      Path folder = Files.createDirectories(layout.resolve("blobs/sha256"));
      Files.write(folder.resolve(digest.substring("sha256:".length())), content);
      return digest;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String digest(Path file) {
    return digest(bytes(file));
  }

  private static String digest(byte[] content) {
    try {
      byte[] sum = MessageDigest.getInstance("SHA-256").digest(content);
      return "sha256:" + HexFormat.of().formatHex(sum);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package dev.patchbay.ipam;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;

/**
 * A reference plugin as a runtime runs it. {@code -Dpatchbay.plugins=<folder>} names another
 * version than the distribution's.
 *
 * @param binary the executable
 */
record ReferencePlugin(Path binary) {
  private static final Pattern ADDRESS = Pattern.compile("\"address\": \"([^\"]+)\"");
  private static final Pattern GATEWAY = Pattern.compile("\"gateway\": \"([^\"]+)\"");

  /** What a plugin printed. */
  record Answer(int exit, String text) {
    boolean ok() {
      return exit == 0;
    }

    List<String> addresses() {
      return ADDRESS.matcher(text).results().map(found -> found.group(1)).toList();
    }

    List<String> gateways() {
      return GATEWAY.matcher(text).results().map(found -> found.group(1)).toList();
    }
  }

  /** The plugin, or a skipped test that says why. */
  static ReferencePlugin present(String type) {
    Path binary = Path.of(System.getProperty("patchbay.plugins", "/usr/lib/cni"), type);
    Assumptions.assumeTrue(
        Files.isExecutable(binary),
        "no " + binary + ": install containernetworking-plugins or set -Dpatchbay.plugins");
    return new ReferencePlugin(binary);
  }

  /** A host-local configuration of network blue. */
  static String hostLocal(Path dataDir, List<List<String>> sets) {
    StringBuilder ranges = new StringBuilder();
    for (List<String> set : sets) {
      ranges.append(ranges.isEmpty() ? "[" : ",[");
      ranges
          .append(String.join(",", set.stream().map(ReferencePlugin::range).toList()))
          .append(']');
    }
    return "{\"type\":\"host-local\",\"dataDir\":\"" + dataDir + "\",\"ranges\":[" + ranges + "]}";
  }

  /** As {@link Pools#written} reads it. */
  private static String range(String text) {
    String[] keys = {"subnet", "rangeStart", "rangeEnd", "gateway"};
    String[] parts = text.split(",", -1);
    StringBuilder json = new StringBuilder();
    for (int i = 0; i < parts.length; i++) {
      if (!parts[i].isEmpty()) {
        json.append(json.isEmpty() ? "{\"" : ",\"").append(keys[i]).append("\":\"");
        json.append(parts[i]).append('"');
      }
    }
    return json.append('}').toString();
  }

  /** Runs one command; {@code more} is further JSON of the configuration, a comma first. */
  Answer run(String command, String containerId, String ipam, String cniArgs, String more)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(binary.toString()).redirectErrorStream(true);
    builder.environment().put("CNI_COMMAND", command);
    builder.environment().put("CNI_CONTAINERID", containerId);
    builder.environment().put("CNI_IFNAME", "eth0");
    builder.environment().put("CNI_NETNS", "/nowhere");
    builder.environment().put("CNI_PATH", binary.resolveSibling("").toString());
    builder.environment().put("CNI_ARGS", cniArgs);
    Process process = builder.start();
    try (var stdin = process.outputWriter(UTF_8)) {
      stdin.write(
          "{\"cniVersion\":\"1.0.0\",\"name\":\"blue\",\"type\":\"x\",\"ipam\":"
              + ipam
              + more
              + "}");
    }
    String text = new String(process.getInputStream().readAllBytes(), UTF_8);
    try {
      return new Answer(process.waitFor(), text);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  Answer add(String containerId, String ipam, Optional<String> requested) throws IOException {
    String more =
        requested.map(text -> ",\"runtimeConfig\":{\"ips\":[\"" + text + "\"]}").orElse("");
    return run("ADD", containerId, ipam, "", more);
  }

  Answer del(String containerId, String ipam) throws IOException {
    return run("DEL", containerId, ipam, "", "");
  }
}

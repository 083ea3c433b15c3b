package dev.patchbay.bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What {@code bench/run} passes on.
 *
 * @param root of the repository
 * @param dist the distribution
 * @param driver the built spawn-driver
 * @param reference folder of the reference plugins
 * @param kubectl the real one
 * @param work a folder that goes afterwards
 * @param quick fewer rounds
 * @param only the parts that are wanted
 */
record Options(
    Path root,
    Path dist,
    Path driver,
    Path reference,
    Path kubectl,
    Path work,
    boolean quick,
    Set<String> only) {
  private static final List<String> PARTS =
      List.of("shim", "start", "attach", "flight", "mass", "leases", "dhcp", "up", "api");

  static Options parse(String... args) {
    Map<String, String> given = new HashMap<>();
    for (String arg : args) {
      int equals = arg.indexOf('=');
      given.put(
          equals < 0 ? arg : arg.substring(0, equals), equals < 0 ? "" : arg.substring(equals + 1));
    }
    boolean quick = given.remove("--quick") != null;
    Set<String> only =
        Set.copyOf(Arrays.asList(given.getOrDefault("--only", String.join(",", PARTS)).split(",")));
    given.remove("--only");
    if (!PARTS.containsAll(only)) {
      throw new IllegalArgumentException(
          "--only=" + String.join(",", only) + " names no such part; there are " + PARTS);
    }
    var options =
        new Options(
            path(given, "--root"),
            path(given, "--dist"),
            path(given, "--driver"),
            path(given, "--reference"),
            path(given, "--kubectl"),
            path(given, "--work"),
            quick,
            only);
    if (!given.isEmpty()) {
      throw new IllegalArgumentException(
          "unknown options " + given.keySet() + "; bench/run --help lists them");
    }
    return options;
  }

  private static Path path(Map<String, String> given, String option) {
    String value = given.remove(option);
    if (value == null) {
      throw new IllegalArgumentException(option + " is missing; start this by bench/run");
    }
    return Path.of(value);
  }

  boolean wants(String part) {
    return only.contains(part);
  }

  /** One of two numbers. */
  int rounds(int quickly, int thoroughly) {
    return quick ? quickly : thoroughly;
  }
}

package dev.patchbay.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the shim process costs with an agent that answers at once: the shim's own benchmark. */
final class ShimAlone {
  private static final Pattern LINE =
      Pattern.compile("(shim|nothing)\\s+p50 ([0-9.]+) ms.*p99 ([0-9.]+) ms\\s+n=(\\d+)");

  private ShimAlone() {}

  static void measure(Path root, Report report) {
    List<String> lines = Shell.lines("make", "-s", "-C", root.resolve("shim").toString(), "bench");
    for (String line : lines) {
      Matcher match = LINE.matcher(line);
      if (match.matches()) {
        boolean shim = match.group(1).equals("shim");
        report.row(
            (shim ? "shim process" : "a process that does nothing")
                + ", p50 / p99 of "
                + match.group(4),
            match.group(2) + " / " + match.group(3) + " ms",
            shim ? Bar.atMost(1.5, 1, "ms").cells(Double.parseDouble(match.group(2))) : "– | –");
      }
    }
  }
}

package dev.patchbay.agent.cni;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of one request. Each line starts with {@code CNI Genie} or {@code Patchbay}, then pod,
 * network and interface (S004-10), and goes to the agent's log and through the shim to the
 * runtime's.
 */
final class RequestLog {
  private static final Logger LOG = LoggerFactory.getLogger("dev.patchbay.requests");

  /** Bound while a request is none that anybody made, so that its lines would only puzzle. */
  static final ScopedValue<Boolean> UNHEARD = ScopedValue.newInstance();

  private static final Pattern LINE_BREAK = Pattern.compile("\\R");

  private final List<String> lines = new ArrayList<>();
  private final String prefix;
  private final String pod;

  RequestLog(String prefix, String pod) {
    this.prefix = prefix;
    this.pod = pod;
  }

  /** About the whole request. */
  void say(String text) {
    line(prefix + " " + pod + ": " + text);
  }

  /** About one NIC. */
  void say(String network, String ifName, String text) {
    line(prefix + " " + pod + " " + network + " " + ifName + ": " + text);
  }

  private void line(String line) {
    // a line break in somebody's error text must not begin a line without prefix
    String oneLine = LINE_BREAK.matcher(line).replaceAll(" ");
    if (!UNHEARD.isBound()) {
      LOG.info(oneLine);
    }
    lines.add(oneLine);
  }

  /** For the runtime. */
  String text() {
    return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
  }
}

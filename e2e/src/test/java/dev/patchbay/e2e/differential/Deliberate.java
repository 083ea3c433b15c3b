package dev.patchbay.e2e.differential;

import java.util.List;
import java.util.regex.Pattern;

/**
 * The differences from the reference plugins that we want, each with its reason; nothing else may
 * differ.
 *
 * @param part what is left out of every fact, on both sides; a fact of which nothing remains is not
 *     compared
 * @param why the reason
 */
record Deliberate(Pattern part, String why) {
  /** All of them. */
  static final List<Deliberate> ALL =
      List.of(
          of(
              "result\\.interfaces\\[\\d+\\]\\.mtu .*",
              "CNI 1.1.0 has the MTU in results; the reference plugins leave it out"),
          of(
              "host link (br0|cni0) mac .*",
              "our bridge has an address of its own from the start; the reference's takes that of a"
                  + " port, changes it with the ports, and has zeros when the last one goes"),
          of(
              "host link veth# txqlen .*",
              "the host's end has the kernel's default queue length; the reference plugins set 0 by"
                  + " omission, which starves a queueing discipline that is added later"),
          of(
              "\"nodad\":true,",
              "we say for each address what the reference says for the link by accept_dad, so that"
                  + " it is usable at once whatever the sysctl"));

  private static Deliberate of(String part, String why) {
    return new Deliberate(Pattern.compile(part), why);
  }

  /** What was seen, without what may differ. */
  static Transcript without(Transcript seen) {
    return seen.put(fact -> {
      String rest = fact;
      for (Deliberate each : ALL) {
        rest = each.part.matcher(rest).replaceAll("");
      }
      return rest;
    });
  }
}

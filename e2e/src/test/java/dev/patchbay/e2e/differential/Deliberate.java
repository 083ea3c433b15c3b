package dev.patchbay.e2e.differential;

import java.util.List;
import java.util.regex.Pattern;

/**
 * The differences from the reference plugins that we want everywhere, each with its reason; those
 * of a single scenario stand in that scenario. Nothing else may differ.
 *
 * @param part what is left out of every fact, on both sides; a fact of which nothing remains is not
 *     compared
 * @param why the reason
 */
record Deliberate(Pattern part, String why) {
  private static final List<Deliberate> ALL =
      List.of(
          of(
              "result\\.interfaces\\[\\d+\\]\\.mtu .*",
              "CNI 1.1.0 has the MTU in results; the reference plugins leave it out"),
          of(
              "result\\.interfaces\\[0\\]\\.mac 00:00:00:00:00:00",
              "CNI has the hardware address \"if applicable\"; a loopback has none, and the"
                  + " reference reports zeros"),
          of(
              "host link (br0|cni0) mac .*",
              "our bridge has an address of its own from the start; the reference's takes that of a"
                  + " port, changes it with the ports, and has zeros when the last one goes"),
          of(
              "host link veth# txqlen .*",
              "the host's end has the kernel's default queue length; the reference plugins set 0 by"
                  + " omission, which starves a queueing discipline that is added later"),
          of(
              "pod link eth\\d tun (vnet_hdr|pi) .*",
              "whoever opens a tap sets these flags anew (TUNSETIFF); until then ours are those"
                  + " that QEMU asks for"),
          of(
              "\"nodad\":true,",
              "we say for each address what the reference says for the link by accept_dad, so that"
                  + " it is usable at once whatever the sysctl"));

  private static final Pattern RESERVATION = Pattern.compile("reservation .*");

  private static Deliberate of(String part, String why) {
    return new Deliberate(Pattern.compile(part), why);
  }

  /**
   * Whether we may do what the reference refuses. DEL: a second one succeeds (CNI spec, section
   * DEL), where the reference's host-device does not.
   */
  static boolean allows(Act act) {
    return act == Act.Cni.DEL || act == Act.Cni.DEL_SECOND;
  }

  /**
   * A fact that was seen after an act without what may differ, perhaps empty. After a DEL without
   * namespace only reservations are compared: the reference leaves the links to the kernel, which
   * takes them with the namespace, and we take them away at once.
   */
  static String without(Act act, String fact) {
    if (act == Act.Cni.DEL_WITHOUT_NETNS && !RESERVATION.matcher(fact).matches()) {
      return "";
    }
    String rest = fact;
    for (Deliberate each : ALL) {
      rest = each.part.matcher(rest).replaceAll("");
    }
    return rest;
  }
}

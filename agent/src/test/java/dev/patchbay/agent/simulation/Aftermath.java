package dev.patchbay.agent.simulation;

import static org.assertj.core.api.Assertions.assertThat;

/** Whether a node is as before. */
final class Aftermath {
  private Aftermath() {}

  /** All is as before, whatever happened at whichever op: the intent alone tells what was. */
  static void isAsBefore(SimulatedNode node, String before, String when) {
    assertThat(node.state()).as(when).isEqualTo(before);
  }

  /** A state without what links are like: where they are, what they are called, who has them. */
  static String withoutSettings(String state) {
    return state
        .replaceAll("(?m)( up| down)? mtu (\\d+)( mac \\S+)?.*$", " mtu $2$3")
        .replaceAll("(?m)^ *sysctl .*\\n", "");
  }
}

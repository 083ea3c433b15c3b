package dev.patchbay.agent.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.core.plan.LinkOp;
import dev.patchbay.core.plan.Op;
import java.util.Optional;

/** Whether a node is as before. */
final class Aftermath {
  private Aftermath() {}

  /**
   * All is as before. What a link was like is lost with the agent that dies in the very moment
   * between changing and writing it down, and with a device that had to be returned although its
   * settings could not be put back first; then only that may differ.
   */
  static void isAsBefore(SimulatedNode node, Mishap.Kind kind, String before, String when) {
    Optional<Op> op = node.struck();
    boolean forgotten =
        kind == Mishap.Kind.DIES_AFTER
            && op.filter(it -> it instanceof LinkOp.MoveDevice || it instanceof LinkOp.Tune)
                .isPresent();
    boolean notPutBack =
        kind == Mishap.Kind.FAILS && op.filter(LinkOp.Untune.class::isInstance).isPresent();
    if (forgotten || notPutBack) {
      assertThat(withoutSettings(node.state())).as(when).isEqualTo(withoutSettings(before));
    } else {
      assertThat(node.state()).as(when).isEqualTo(before);
    }
  }

  /** A state without what links are like: where they are, what they are called, who has them. */
  static String withoutSettings(String state) {
    return state
        .replaceAll("(?m)( up| down)? mtu (\\d+)( mac \\S+)?.*$", " mtu $2$3")
        .replaceAll("(?m)^ *sysctl .*\\n", "");
  }
}

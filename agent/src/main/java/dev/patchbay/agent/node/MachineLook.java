package dev.patchbay.agent.node;

import dev.patchbay.vm.machine.MachineEnd;
import java.time.Duration;
import java.util.Optional;

/**
 * How a pod's machine is, as one look found it.
 *
 * @param shown what people see
 * @param starts how often it was started before this time
 * @param last how its life before ended
 * @param imageId what it was started from; blank before that
 * @param again when to look again by itself
 * @param trouble what could not be done and is tried again
 */
record MachineLook(
    Shown shown,
    int starts,
    Optional<MachineEnd> last,
    String imageId,
    Optional<Duration> again,
    Optional<String> trouble) {

  /** What people see of a machine. */
  sealed interface Shown {
    /** It runs. */
    record Running(String since) implements Shown {}

    /**
     * It is on, and its guest does not go on or does not come up.
     *
     * @param since when it was started
     * @param reason one word
     * @param message for people, with what to do
     */
    record Ailing(String since, String reason, String message) implements Shown {}

    /**
     * It is not on, and will be when that is over.
     *
     * @param reason in the words that people know from kubelet
     * @param message for people, with what to do
     * @param ran whether it ever was on
     */
    record Waiting(String reason, String message, boolean ran) implements Shown {}

    /** It ended and is not started again. */
    record Over(MachineEnd end) implements Shown {}
  }

  /** Nothing is due. */
  static MachineLook of(Shown shown, int starts, Optional<MachineEnd> last, String imageId) {
    return new MachineLook(shown, starts, last, imageId, Optional.empty(), Optional.empty());
  }

  MachineLook in(Duration pause) {
    return new MachineLook(shown, starts, last, imageId, Optional.of(pause), trouble);
  }

  MachineLook failing(String why) {
    return new MachineLook(shown, starts, last, imageId, again, Optional.of(why));
  }

  /** What its pod's turn comes to. */
  PodTurn turn() {
    return trouble
        .<PodTurn>map(PodTurn.Failed::new)
        .or(() -> again.map(PodTurn.After::new))
        .orElseGet(PodTurn.Settled::new);
  }
}

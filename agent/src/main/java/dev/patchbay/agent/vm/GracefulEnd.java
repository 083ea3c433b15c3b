package dev.patchbay.agent.vm;

import dev.patchbay.vm.machine.Machine;
import dev.patchbay.vm.machine.MachineState;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * The end of a machine, by its power button first and by force when the time is up.
 *
 * @param machine that is to end
 * @param since when its power button was pressed
 */
public record GracefulEnd(Machine machine, Instant since) {
  /** Presses the power button; a guest that is stopped is let run, since it could not hear it. */
  public static GracefulEnd of(Machine machine, Instant now) throws IOException {
    switch (machine.look()) {
      case MachineState.Paused _ -> {
        machine.run();
        machine.pressPowerButton();
      }
      case MachineState.Running() -> machine.pressPowerButton();
      case MachineState.Prepared(), MachineState.Halted _, MachineState.Ended _ -> {}
    }
    return new GracefulEnd(machine, now);
  }

  /**
   * Looks how far it is, and ends it by force when its time is up.
   *
   * @return how long to wait before the next look; zero when it has ended
   */
  public Duration proceed(Instant now, Duration grace) throws IOException {
    Duration left = Duration.between(now, since.plus(grace));
    return switch (machine.look()) {
      case MachineState.Ended _ -> Duration.ZERO;
      case MachineState.Halted _, MachineState.Prepared() -> force();
      case MachineState.Running(), MachineState.Paused _ -> left.isPositive() ? left : force();
    };
  }

  private Duration force() throws IOException {
    machine.end();
    return Duration.ZERO;
  }

  /** Waits until it has ended, looking that often. */
  void await(Clock clock, Duration grace, Duration poll) throws IOException {
    while (!proceed(clock.instant(), grace).isZero()) {
      try {
        Thread.sleep(poll);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while " + machine.vm() + " ends", e);
      }
    }
  }
}

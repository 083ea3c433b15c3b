package dev.patchbay.vm.machine;

/** How a machine is right now. */
public sealed interface MachineState {
  /** QEMU is there and waits until it is told to run its guest. */
  record Prepared() implements MachineState {}

  /** The guest runs. */
  record Running() implements MachineState {}

  /**
   * The guest is stopped and would go on.
   *
   * @param why QEMU's word, such as {@code paused} or {@code io-error}
   */
  record Paused(String why) implements MachineState {}

  /**
   * The guest has ended and QEMU is still there.
   *
   * @param end how
   */
  record Halted(MachineEnd end) implements MachineState {}

  /**
   * There is no QEMU any more.
   *
   * @param end how that came
   */
  record Ended(MachineEnd end) implements MachineState {}
}

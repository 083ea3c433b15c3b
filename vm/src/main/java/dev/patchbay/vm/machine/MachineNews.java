package dev.patchbay.vm.machine;

import dev.patchbay.vm.qmp.QmpEvent;
import java.util.Map;

/** Something happened to a machine. */
public sealed interface MachineNews {
  /**
   * QEMU is about to be started; its guest does not run before this has been heard.
   *
   * @param folder where the machine's things are
   * @param notes kept with it
   */
  record Begins(MachineFolder folder, Map<String, String> notes) implements MachineNews {}

  /**
   * One that was started in an earlier life of the agent runs, and is ours again.
   *
   * @param folder where the machine's things are
   * @param notes kept with it
   */
  record Found(MachineFolder folder, Map<String, String> notes) implements MachineNews {}

  /**
   * QEMU tells something.
   *
   * @param event such as RESET or NIC_RX_FILTER_CHANGED
   */
  record Told(QmpEvent event) implements MachineNews {}

  /**
   * There is no QEMU any more.
   *
   * @param end how that came
   */
  record Over(MachineEnd end) implements MachineNews {}
}

package dev.patchbay.vm.machine;

import dev.patchbay.vm.qemu.QemuMachine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What a machine is to be started with.
 *
 * @param qemu the executable
 * @param launcher program and arguments before it, which bring it to its namespace, session and
 *     user
 * @param machine as it is switched on
 * @param patience how long QEMU may take until its monitor answers
 * @param notes kept with it
 */
public record MachineOrder(
    Path qemu,
    List<String> launcher,
    QemuMachine machine,
    Duration patience,
    Map<String, String> notes) {
  /** Copies the collections. */
  public MachineOrder {
    launcher = List.copyOf(launcher);
    notes = Map.copyOf(notes);
  }
}

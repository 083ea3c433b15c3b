package dev.patchbay.vm.machine;

import dev.patchbay.vm.qmp.QmpEvent;

/** Hears what happens to machines; must not wait for anything, least of all for the machine. */
public interface MachineListener {
  /** Nobody listens. */
  MachineListener NONE =
      new MachineListener() {
        @Override
        public void happened(String vm, QmpEvent event) {}

        @Override
        public void ended(String vm, MachineEnd end) {}
      };

  /** QEMU told something of a machine, such as RESET or NIC_RX_FILTER_CHANGED. */
  void happened(String vm, QmpEvent event);

  /** There is no QEMU of the machine any more. */
  void ended(String vm, MachineEnd end);
}

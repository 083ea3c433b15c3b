package dev.patchbay.vm.machine;

/** Hears what happens to machines. */
@FunctionalInterface
public interface MachineListener {
  /**
   * Something happened to the machine of that id. Must not wait for anything, least of all for the
   * machine: what it tells comes after this has returned.
   */
  void heard(String vm, MachineNews news);
}

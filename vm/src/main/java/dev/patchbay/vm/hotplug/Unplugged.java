package dev.patchbay.vm.hotplug;

/** What came of taking a NIC out of a running guest. */
public sealed interface Unplugged {
  /** The guest has let go, or never had it; its port and its ids are free. */
  record Done() implements Unplugged {}

  /**
   * The guest has been asked and still has the device. It goes when the guest lets go or is reset.
   *
   * @param device QEMU's device id, which cannot be used again until then
   */
  record Pending(String device) implements Unplugged {}

  /**
   * The guest, or QEMU, refuses.
   *
   * @param why QEMU's words
   */
  record Refused(String why) implements Unplugged {}
}

package dev.patchbay.vm.hotplug;

/** What came of plugging a NIC into a running guest. */
public sealed interface Plugged {
  /**
   * QEMU has it; whether the guest's driver took it is another question.
   *
   * @param port the root port it is in
   */
  record Done(int port) implements Plugged {}

  /**
   * Every root port has a device, perhaps one that its guest does not let go.
   *
   * @param ports how many there are
   */
  record NoFreePort(int ports) implements Plugged {}

  /**
   * QEMU said no and nothing is left behind.
   *
   * @param why its words
   */
  record Refused(String why) implements Plugged {}
}

package dev.patchbay.core.plan;

/** Steps inside a virtual machine, by QEMU's monitor protocol. */
public sealed interface GuestOp extends Op {
  /**
   * Asks the guest to let a device go (QMP {@code device_del}); that it has is awaited separately.
   *
   * @param vm the machine
   * @param device QEMU's device id
   */
  record UnplugDevice(String vm, String device) implements GuestOp {}

  /**
   * Takes away the back end of a NIC (QMP {@code netdev_del}), which cuts its data path whatever
   * the guest does.
   *
   * @param vm the machine
   * @param netdev QEMU's netdev id
   */
  record RemoveNetdev(String vm, String netdev) implements GuestOp {}
}

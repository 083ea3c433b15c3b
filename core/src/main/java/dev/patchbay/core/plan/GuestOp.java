package dev.patchbay.core.plan;

import dev.patchbay.core.nic.IfName;
import java.time.Duration;

/**
 * Steps inside a virtual machine, by QEMU's monitor protocol. All of them are done at once when the
 * machine is off: it gets its NICs on the command line when it is switched on.
 */
public sealed interface GuestOp extends Op {
  /**
   * Gives a running machine a NIC (QMP {@code netdev_add} and {@code device_add}).
   *
   * @param vm the machine
   * @param device QEMU's device id
   * @param tap where its frames go
   * @param nic whose address and MTU it has
   */
  record PlugDevice(String vm, String device, IfName tap, Ref<HandedOver> nic) implements GuestOp {}

  /**
   * Asks the guest to let a device go (QMP {@code device_del}); that it has is awaited separately.
   *
   * @param vm the machine
   * @param device QEMU's device id
   * @param patience how long it may take
   */
  record UnplugDevice(String vm, String device, Duration patience) implements GuestOp {}

  /**
   * Takes away the back end of a NIC (QMP {@code set_link} and {@code netdev_del}), which cuts its
   * data path whatever the guest does.
   *
   * @param vm the machine
   * @param device QEMU's device id
   */
  record RemoveNetdev(String vm, String device) implements GuestOp {}
}

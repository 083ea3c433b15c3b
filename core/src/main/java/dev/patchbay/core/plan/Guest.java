package dev.patchbay.core.plan;

import dev.patchbay.core.nic.IfName;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The virtual machine that the NICs of a sandbox are handed to.
 *
 * @param vm the machine's id: its pod's UID
 * @param devices QEMU's device id of each NIC; ids that the machine does not have yet, since one
 *     that its guest has not let go of cannot be used again. The reconciler chooses those that are
 *     missing.
 * @param owner uid that QEMU runs as
 * @param patience how long the guest may take to let go of a device
 */
public record Guest(String vm, Map<IfName, String> devices, int owner, Duration patience) {
  /** Copies the map. */
  public Guest {
    devices = Map.copyOf(devices);
  }

  /** QEMU's id of a NIC's device. */
  public Optional<String> device(IfName nic) {
    return Optional.ofNullable(devices.get(nic));
  }

  /** The same with these devices besides, which count where a NIC has two. */
  public Guest with(Map<IfName, String> more) {
    Map<IfName, String> all = new LinkedHashMap<>(devices);
    all.putAll(more);
    return new Guest(vm, all, owner, patience);
  }
}

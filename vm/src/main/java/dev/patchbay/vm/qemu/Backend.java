package dev.patchbay.vm.qemu;

import dev.patchbay.core.nic.IfName;
import java.util.LinkedHashMap;
import java.util.Map;

/** Where a NIC's frames go on the host. */
public sealed interface Backend {
  /**
   * A tap in the network namespace that QEMU runs in. It must be there before: QEMU would make one
   * of its own that vanishes with it.
   */
  record Tap(IfName tap) implements Backend {}

  /** A hub inside QEMU, which joins the NICs of the same hub and nothing else. */
  record Hub(int number) implements Backend {}

  /** The arguments of QMP's netdev_add; the command line takes the same. */
  default Map<String, Object> arguments(String id) {
    Map<String, Object> all = new LinkedHashMap<>();
    switch (this) {
      case Tap(var tap) -> {
        all.put("type", "tap");
        all.put("id", id);
        all.put("ifname", tap.value());
        all.put("script", "no");
        all.put("downscript", "no");
      }
      case Hub(int number) -> {
        all.put("type", "hubport");
        all.put("id", id);
        all.put("hubid", number);
      }
    }
    return all;
  }
}

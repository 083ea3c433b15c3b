package dev.patchbay.core.plan;

import dev.patchbay.core.nic.MacAddress;
import java.util.Map;

/**
 * A NIC as it was when it was handed to a guest, which gets its address and MTU.
 *
 * @param mac the NIC's Ethernet address
 * @param mtu bytes
 * @param tapIndex the tap's number in the pod's namespace
 * @param formerly sysctls of the NIC that were changed, by family and last part such as {@code
 *     ipv6/accept_ra}, with their values from before
 */
public record HandedOver(MacAddress mac, int mtu, int tapIndex, Map<String, String> formerly)
    implements Yield {
  /** Copies the map. */
  public HandedOver {
    formerly = Map.copyOf(formerly);
  }
}

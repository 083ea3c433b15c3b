package dev.patchbay.cni.result;

import dev.patchbay.core.nic.Cidr;
import java.net.InetAddress;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * An address in a result.
 *
 * @param interfaceIndex the place of its interface in the result's list; absent in an IPAM plugin's
 *     answer. Foreign results may name a place that is not there.
 * @param address with the length of its network's prefix, host bits kept
 * @param gateway of that network
 */
public record ResultIp(OptionalInt interfaceIndex, Cidr address, Optional<InetAddress> gateway) {
  /** The same on another interface. */
  public ResultIp onInterface(OptionalInt index) {
    return new ResultIp(index, address, gateway);
  }
}

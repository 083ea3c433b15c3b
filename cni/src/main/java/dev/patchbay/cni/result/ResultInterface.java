package dev.patchbay.cni.result;

import dev.patchbay.core.nic.MacAddress;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * An interface in a result. Foreign plugins write here what they like (20-byte InfiniBand
 * addresses, names of things that are no links), so name and hardware address stay text.
 *
 * @param name its name in the container or on the host; empty when a foreign plugin does not say
 * @param mac its hardware address as written
 * @param mtu in bytes, more than zero
 * @param sandbox the container's namespace, by path as a rule; absent on the host
 * @param socketPath of a vhost-user or similar device
 * @param pciId of a device such as a VF: {@code 0000:3b:02.3}
 */
public record ResultInterface(
    String name,
    Optional<String> mac,
    OptionalInt mtu,
    Optional<String> sandbox,
    Optional<String> socketPath,
    Optional<String> pciId) {
  /** An interface of which only name, address and place are known. */
  public static ResultInterface of(String name, Optional<String> mac, Optional<String> sandbox) {
    return new ResultInterface(
        name, mac, OptionalInt.empty(), sandbox, Optional.empty(), Optional.empty());
  }

  /** The hardware address, when it is an Ethernet one. */
  public Optional<MacAddress> ethernet() {
    try {
      return mac.map(MacAddress::new);
    } catch (IllegalArgumentException _) {
      return Optional.empty(); // it is of another kind of link, which is not an error
    }
  }

  /** The same under another name. */
  public ResultInterface withName(String other) {
    return new ResultInterface(other, mac, mtu, sandbox, socketPath, pciId);
  }

  /** The same in another sandbox. */
  public ResultInterface withSandbox(Optional<String> other) {
    return new ResultInterface(name, mac, mtu, other, socketPath, pciId);
  }
}

package dev.patchbay.core.plan;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import java.util.Optional;

/**
 * A host device as it was before it was handed to a pod: all that is needed to find it again, also
 * when the kernel gave it back to the host by itself because the pod's namespace died, and to put
 * it back as it was.
 *
 * @param name its name on the host
 * @param mac its address on the host
 * @param permanentMac the address burnt in, where the driver tells it
 * @param pciAddress its bus address, where it has one
 * @param mtu bytes
 * @param txQLen transmit queue length, packets
 * @param up whether it was administratively up
 * @param promisc whether somebody had set it promiscuous
 * @param allmulti whether it took all multicast
 * @param alias a person's note on it (IFLA_IFALIAS)
 * @param indexInPod its number inside the pod's namespace; 0 while nobody knows, as it was only
 *     planned to lend it
 */
public record MovedDevice(
    IfName name,
    MacAddress mac,
    Optional<MacAddress> permanentMac,
    Optional<String> pciAddress,
    int mtu,
    int txQLen,
    boolean up,
    boolean promisc,
    boolean allmulti,
    Optional<String> alias,
    int indexInPod)
    implements Yield {
  /** The same device, under this number in the pod. */
  public MovedDevice inPod(int index) {
    return new MovedDevice(
        name, mac, permanentMac, pciAddress, mtu, txQLen, up, promisc, allmulti, alias, index);
  }
}

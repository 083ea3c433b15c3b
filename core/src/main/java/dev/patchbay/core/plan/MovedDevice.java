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
 * @param up whether it was administratively up
 * @param indexInPod its number inside the pod's namespace
 */
public record MovedDevice(
    IfName name,
    MacAddress mac,
    Optional<MacAddress> permanentMac,
    Optional<String> pciAddress,
    int mtu,
    boolean up,
    int indexInPod)
    implements Yield {}

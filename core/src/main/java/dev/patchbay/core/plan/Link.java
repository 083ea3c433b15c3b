package dev.patchbay.core.plan;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.Netns;

/**
 * A link as the kernel has it after an op.
 *
 * @param netns where it lives
 * @param index the kernel's number of it, unique within its namespace and not reused soon
 * @param name its name
 * @param mac its Ethernet address; all zero for loopback
 * @param mtu bytes
 */
public record Link(Netns netns, int index, IfName name, MacAddress mac, int mtu) implements Yield {}

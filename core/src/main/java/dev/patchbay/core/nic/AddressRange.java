package dev.patchbay.core.nic;

import java.net.InetAddress;
import java.util.Optional;

/**
 * A range of addresses as a definition writes it (host-local's {@code ranges[][]}); what is left
 * out is computed by ipam.
 *
 * @param subnet the network
 * @param start first address handed out
 * @param end last address handed out
 * @param gateway never handed out
 */
public record AddressRange(
    Cidr subnet,
    Optional<InetAddress> start,
    Optional<InetAddress> end,
    Optional<InetAddress> gateway) {}

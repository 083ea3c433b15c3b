package dev.patchbay.core.plan;

import dev.patchbay.core.nic.Addressing;

/**
 * Addresses that a NIC has from now on.
 *
 * @param addressing the addresses, with the routes and DNS that come with them
 */
public record Lease(Addressing addressing) implements Yield {}

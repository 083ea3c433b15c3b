package dev.patchbay.core.plan;

/**
 * What an op may leave behind for later ops, named by a {@link Ref} and journalled with the
 * outcome.
 */
public sealed interface Yield
    permits Lease, BoundPort, DelegateResult, HandedOver, Link, MovedDevice, TunedSettings {}

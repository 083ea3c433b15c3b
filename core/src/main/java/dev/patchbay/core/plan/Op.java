package dev.patchbay.core.plan;

/**
 * One thing to do to the machine. Every op is idempotent towards what it leaves: removing the
 * absent is success, and an {@code Ensure…} op takes what is already right.
 */
public sealed interface Op permits LinkOp, LeaseOp, PortOp, ExecOp, GuestOp, AwaitOp {}

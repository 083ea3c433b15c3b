/**
 * The kernel's side of plans: does each LinkOp by netlink and sysctls, waits for what the kernel
 * does in its own time, and looks at the machine for planners.
 */
@NullMarked
package dev.patchbay.linux.apply;

import org.jspecify.annotations.NullMarked;

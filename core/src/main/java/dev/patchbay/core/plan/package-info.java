/**
 * The Plan as a value: what has to be done to the machine, each step with its undo and its reason;
 * the pure planners that make plans, and the applier that walks them. Nothing here touches a
 * kernel, a file or a clock.
 */
@NullMarked
package dev.patchbay.core.plan;

import org.jspecify.annotations.NullMarked;

/**
 * Brings the machine to what is wanted: plans, journals, applies, undoes, recovers. There is no
 * other way to the kernel.
 */
@NullMarked
package dev.patchbay.agent.reconcile;

import org.jspecify.annotations.NullMarked;

/**
 * A kernel in memory that does every {@link dev.patchbay.core.plan.LinkOp} by the rules of the real
 * one: for simulations that fail or crash any op, without root and without a clock. Published as
 * the module's test-jar.
 */
@NullMarked
package dev.patchbay.linux.fake;

import org.jspecify.annotations.NullMarked;

/**
 * The corner cases of CNI that this module decides, by the numbers of our list; those that need a
 * kernel or a journal are elsewhere.
 */
@NullMarked
package dev.patchbay.cni.conformance;

import org.jspecify.annotations.NullMarked;

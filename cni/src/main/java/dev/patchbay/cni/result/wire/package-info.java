/** The parts of a result that several wire shapes share. */
@NullMarked
package dev.patchbay.cni.result.wire;

import org.jspecify.annotations.NullMarked;

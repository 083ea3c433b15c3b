/** The seven versions of the CNI specification. */
@NullMarked
package dev.patchbay.cni.version;

import org.jspecify.annotations.NullMarked;

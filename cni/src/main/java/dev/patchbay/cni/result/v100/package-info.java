/** The result of CNI 1.0.0 and 1.1.0: the family is no longer written beside an address. */
@NullMarked
package dev.patchbay.cni.result.v100;

import org.jspecify.annotations.NullMarked;

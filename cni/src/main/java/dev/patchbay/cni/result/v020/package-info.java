/** The result of CNI 0.1.0 and 0.2.0: one address per family, no interfaces. */
@NullMarked
package dev.patchbay.cni.result.v020;

import org.jspecify.annotations.NullMarked;

/** The result of CNI 0.3.0, 0.3.1 and 0.4.0: interfaces and many addresses. */
@NullMarked
package dev.patchbay.cni.result.v030;

import org.jspecify.annotations.NullMarked;

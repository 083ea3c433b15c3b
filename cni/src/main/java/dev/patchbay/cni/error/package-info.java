/** CNI errors: number, message, details (CNI spec 1.1.0, section "Error"). */
@NullMarked
package dev.patchbay.cni.error;

import org.jspecify.annotations.NullMarked;

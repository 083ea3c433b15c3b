/** The plugin side of CNI: what a runtime asks of us (CNI spec 1.1.0, section 2). */
@NullMarked
package dev.patchbay.cni.skel;

import org.jspecify.annotations.NullMarked;

/** A container runtime's CRI as a client: sandboxes, containers, images, streams. */
@NullMarked
package dev.patchbay.cri;

import org.jspecify.annotations.NullMarked;

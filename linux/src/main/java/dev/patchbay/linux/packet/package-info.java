/** Raw Ethernet frames: announcing a new NIC's addresses to its neighbours. */
@NullMarked
package dev.patchbay.linux.packet;

import org.jspecify.annotations.NullMarked;

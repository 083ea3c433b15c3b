/** Processes inside containers with their streams, over SPDY/3.1 to the runtime's stream server. */
@NullMarked
package dev.patchbay.cri.stream;

import org.jspecify.annotations.NullMarked;

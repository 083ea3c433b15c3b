/** Agent, embedded API and node in one process: {@code patchbay up} and {@code patchbay down}. */
@NullMarked
package dev.patchbay.agent.standalone;

import org.jspecify.annotations.NullMarked;

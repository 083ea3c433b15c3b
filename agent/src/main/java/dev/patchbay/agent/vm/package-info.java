/** Virtual machines on this node: their settings, and which of them run. */
@NullMarked
package dev.patchbay.agent.vm;

import org.jspecify.annotations.NullMarked;

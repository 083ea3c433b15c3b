/** Virtual machines on the node. */
@NullMarked
package dev.patchbay.agent.vm;

import org.jspecify.annotations.NullMarked;

/**
 * The CNI side of the agent: what a runtime asks through the shim, and what third-party plugins are
 * asked in turn.
 */
@NullMarked
package dev.patchbay.agent.cni;

import org.jspecify.annotations.NullMarked;

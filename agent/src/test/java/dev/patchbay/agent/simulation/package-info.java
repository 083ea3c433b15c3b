/**
 * A node in memory, but for its journal: every op of every golden plan fails and kills the agent
 * once, and what is left must be what was before, or all of what was wanted.
 */
@NullMarked
package dev.patchbay.agent.simulation;

import org.jspecify.annotations.NullMarked;

/** DELs that came while no agent was there. */
@NullMarked
package dev.patchbay.agent.spool;

import org.jspecify.annotations.NullMarked;

/**
 * What the agent has promised: one record per NIC and incarnation, written before the first op of
 * its plan and after the last. DEL and recovery read nothing else.
 */
@NullMarked
package dev.patchbay.agent.journal;

import org.jspecify.annotations.NullMarked;

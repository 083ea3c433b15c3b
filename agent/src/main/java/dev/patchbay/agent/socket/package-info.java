/** The agent's one socket: framed requests of the shim and of the command line, root only. */
@NullMarked
package dev.patchbay.agent.socket;

import org.jspecify.annotations.NullMarked;

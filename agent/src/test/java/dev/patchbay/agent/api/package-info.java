/** The command line's questions against an agent on a fake kernel. */
@NullMarked
package dev.patchbay.agent.api;

import org.jspecify.annotations.NullMarked;

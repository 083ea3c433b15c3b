/** The commands against an agent's socket in this process. */
@NullMarked
package dev.patchbay.cli;

import org.jspecify.annotations.NullMarked;

/** The command {@code patchbay}: one class per verb, which asks the agent and shows its answer. */
@NullMarked
package dev.patchbay.cli;

import org.jspecify.annotations.NullMarked;

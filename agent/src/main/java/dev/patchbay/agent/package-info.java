/** The node daemon: what is wired to what, and its life from start to stop. */
@NullMarked
package dev.patchbay.agent;

import org.jspecify.annotations.NullMarked;

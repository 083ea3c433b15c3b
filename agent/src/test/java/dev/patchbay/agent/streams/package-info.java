/** The node's streams against a real container runtime. */
@NullMarked
package dev.patchbay.agent.streams;

import org.jspecify.annotations.NullMarked;

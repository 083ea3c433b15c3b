@NullMarked
package dev.patchbay.agent.node;

import org.jspecify.annotations.NullMarked;

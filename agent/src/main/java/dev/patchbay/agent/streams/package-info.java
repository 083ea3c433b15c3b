/** exec, attach and logs: the API's port on this node's container runtime and machines. */
@NullMarked
package dev.patchbay.agent.streams;

import org.jspecify.annotations.NullMarked;

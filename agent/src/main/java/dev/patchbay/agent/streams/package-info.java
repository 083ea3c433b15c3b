/** exec, attach and logs of container pods: the API's port on this node's container runtime. */
@NullMarked
package dev.patchbay.agent.streams;

import org.jspecify.annotations.NullMarked;

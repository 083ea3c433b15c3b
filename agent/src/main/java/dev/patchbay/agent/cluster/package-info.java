/** What the agent does towards the API of the cluster that it is a node's agent of. */
@NullMarked
package dev.patchbay.agent.cluster;

import org.jspecify.annotations.NullMarked;

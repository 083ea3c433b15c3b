/** Where this node's VPCs, subnets and ports are kept: the Kubernetes API, or files. */
@NullMarked
package dev.patchbay.agent.vpc;

import org.jspecify.annotations.NullMarked;

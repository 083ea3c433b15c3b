/**
 * The node's role towards the Kubernetes API: pods that are bound to it get their sandboxes,
 * containers and NICs, and their status says what is really there.
 */
@NullMarked
package dev.patchbay.agent.node;

import org.jspecify.annotations.NullMarked;

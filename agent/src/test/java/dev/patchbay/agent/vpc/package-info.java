/** NICs of VPCs on a real kernel, and objects of the API as this node reads them. */
@NullMarked
package dev.patchbay.agent.vpc;

import org.jspecify.annotations.NullMarked;

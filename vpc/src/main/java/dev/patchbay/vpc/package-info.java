/** VPCs, subnets and ports: who may have which address, and how a subnet reaches its NICs. */
@NullMarked
package dev.patchbay.vpc;

import org.jspecify.annotations.NullMarked;

/**
 * The runtime side of CNI: running other people's plugins, alone and in chains (CNI spec 1.1.0,
 * sections 3 and 4).
 */
@NullMarked
package dev.patchbay.cni.libcni;

import org.jspecify.annotations.NullMarked;

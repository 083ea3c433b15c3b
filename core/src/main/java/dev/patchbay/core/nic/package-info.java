/** What a network interface is: names, addresses, kinds, and the desired NICs of one pod or VM. */
@NullMarked
package dev.patchbay.core.nic;

import org.jspecify.annotations.NullMarked;

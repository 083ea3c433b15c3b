/** The client against a containerd of the tests' own. */
@NullMarked
package dev.patchbay.cri;

import org.jspecify.annotations.NullMarked;

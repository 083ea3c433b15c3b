/** The shape of the code itself: arrows between modules, names, sizes. */
@NullMarked
package dev.patchbay.e2e.arch;

import org.jspecify.annotations.NullMarked;

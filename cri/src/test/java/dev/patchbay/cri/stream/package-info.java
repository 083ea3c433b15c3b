/** Streams against servers that the tests play. */
@NullMarked
package dev.patchbay.cri.stream;

import org.jspecify.annotations.NullMarked;

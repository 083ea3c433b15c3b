/** Log files, written by the tests and by a runtime. */
@NullMarked
package dev.patchbay.cri.log;

import org.jspecify.annotations.NullMarked;

/** The log files that a runtime writes for its containers, in the CRI's format. */
@NullMarked
package dev.patchbay.cri.log;

import org.jspecify.annotations.NullMarked;

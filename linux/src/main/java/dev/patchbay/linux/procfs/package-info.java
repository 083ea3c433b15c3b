/** Sysctls of one network namespace. */
@NullMarked
package dev.patchbay.linux.procfs;

import org.jspecify.annotations.NullMarked;

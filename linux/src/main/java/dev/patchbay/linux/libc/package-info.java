/** System calls by the foreign function API: nothing above this package touches a native symbol. */
@NullMarked
package dev.patchbay.linux.libc;

import org.jspecify.annotations.NullMarked;

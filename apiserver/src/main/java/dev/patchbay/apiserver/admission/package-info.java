/** What the server fills into objects of the built-in kinds, and what it refuses in them. */
@NullMarked
package dev.patchbay.apiserver.admission;

import org.jspecify.annotations.NullMarked;

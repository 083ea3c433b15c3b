/** How a patch changes an object: strategic merge, JSON merge patch, JSON patch. */
@NullMarked
package dev.patchbay.apiserver.patch;

import org.jspecify.annotations.NullMarked;

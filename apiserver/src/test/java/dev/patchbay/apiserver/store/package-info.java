/** Tests of {@code store}. */
@NullMarked
package dev.patchbay.apiserver.store;

import org.jspecify.annotations.NullMarked;

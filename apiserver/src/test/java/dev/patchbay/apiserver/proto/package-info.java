/** Tests of {@code proto}. */
@NullMarked
package dev.patchbay.apiserver.proto;

import org.jspecify.annotations.NullMarked;

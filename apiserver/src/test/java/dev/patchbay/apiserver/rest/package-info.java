/** Tests of {@code rest}. */
@NullMarked
package dev.patchbay.apiserver.rest;

import org.jspecify.annotations.NullMarked;

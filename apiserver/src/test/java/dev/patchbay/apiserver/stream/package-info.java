/** Streams between a client over loopback and processes that the tests play. */
@NullMarked
package dev.patchbay.apiserver.stream;

import org.jspecify.annotations.NullMarked;

/** The server as clients meet it: over HTTPS. */
@NullMarked
package dev.patchbay.apiserver;

import org.jspecify.annotations.NullMarked;

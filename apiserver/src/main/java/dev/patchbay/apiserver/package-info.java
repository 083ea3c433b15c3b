/** The embedded API: the Kubernetes REST protocol for the kinds that one machine needs. */
@NullMarked
package dev.patchbay.apiserver;

import org.jspecify.annotations.NullMarked;

/** Strict JSON at the edge: every error has a place, every value a type. */
@NullMarked
package dev.patchbay.cni.json;

import org.jspecify.annotations.NullMarked;

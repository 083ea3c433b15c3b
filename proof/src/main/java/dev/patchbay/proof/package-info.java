/**
 * Ties tests to the statements of acceptance.txt and prints who proves what. Used by tests only.
 */
@NullMarked
package dev.patchbay.proof;

import org.jspecify.annotations.NullMarked;

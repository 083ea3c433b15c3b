/**
 * Labs: real container runtimes call real plugins on this machine, inside namespaces and folders
 * that each lab makes for itself.
 */
@NullMarked
package dev.patchbay.e2e;

import org.jspecify.annotations.NullMarked;

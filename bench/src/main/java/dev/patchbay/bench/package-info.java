/**
 * Measures the whole path, from a runtime's exec of the plugin on, against the reference plugins.
 */
@NullMarked
package dev.patchbay.bench;

import org.jspecify.annotations.NullMarked;

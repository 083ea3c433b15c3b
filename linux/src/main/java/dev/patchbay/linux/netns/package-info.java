/** Network namespaces: open ones, entering them, naming them. */
@NullMarked
package dev.patchbay.linux.netns;

import org.jspecify.annotations.NullMarked;

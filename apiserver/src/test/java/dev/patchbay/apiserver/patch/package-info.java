@NullMarked
package dev.patchbay.apiserver.patch;

import org.jspecify.annotations.NullMarked;

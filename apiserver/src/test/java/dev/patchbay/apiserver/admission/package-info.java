@NullMarked
package dev.patchbay.apiserver.admission;

import org.jspecify.annotations.NullMarked;

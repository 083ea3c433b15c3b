@NullMarked
package dev.patchbay.kube;

import org.jspecify.annotations.NullMarked;

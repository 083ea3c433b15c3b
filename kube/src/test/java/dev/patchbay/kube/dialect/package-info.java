@NullMarked
package dev.patchbay.kube.dialect;

import org.jspecify.annotations.NullMarked;

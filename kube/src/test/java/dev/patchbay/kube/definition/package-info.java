@NullMarked
package dev.patchbay.kube.definition;

import org.jspecify.annotations.NullMarked;

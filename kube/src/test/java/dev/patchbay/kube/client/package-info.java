@NullMarked
package dev.patchbay.kube.client;

import org.jspecify.annotations.NullMarked;

/** An API in memory, for the tests of whoever uses one. */
@NullMarked
package dev.patchbay.kube.fake;

import org.jspecify.annotations.NullMarked;

/** Reading, writing and converting results of any version. */
@NullMarked
package dev.patchbay.cni.result.convert;

import org.jspecify.annotations.NullMarked;

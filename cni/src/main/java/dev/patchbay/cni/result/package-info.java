/** What an ADD answers, in one form for all versions (CNI spec 1.1.0, section 5). */
@NullMarked
package dev.patchbay.cni.result;

import org.jspecify.annotations.NullMarked;

/** Tests of {@code auth}. */
@NullMarked
package dev.patchbay.apiserver.auth;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.patchbay.apiserver.openapi;

import org.jspecify.annotations.NullMarked;

/** The kinds that are served, as OpenAPI v3 documents: what kubectl computes its patches from. */
@NullMarked
package dev.patchbay.apiserver.openapi;

import org.jspecify.annotations.NullMarked;

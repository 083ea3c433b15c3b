/**
 * What a kind's fields are: read from OpenAPI, used for decoding, merging, validating, explaining.
 */
@NullMarked
package dev.patchbay.apiserver.schema;

import org.jspecify.annotations.NullMarked;

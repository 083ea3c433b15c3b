/**
 * Bodies in Kubernetes' protobuf encoding, for the few requests that kubectl sends no other way.
 */
@NullMarked
package dev.patchbay.apiserver.proto;

import org.jspecify.annotations.NullMarked;

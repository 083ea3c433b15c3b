/** What the API serves: kinds, built in and defined by users. */
@NullMarked
package dev.patchbay.apiserver.resource;

import org.jspecify.annotations.NullMarked;

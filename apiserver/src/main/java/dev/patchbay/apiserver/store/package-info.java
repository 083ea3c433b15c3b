/** The API's objects: kept in SQLite, read from memory, with a bounded history for watches. */
@NullMarked
package dev.patchbay.apiserver.store;

import org.jspecify.annotations.NullMarked;

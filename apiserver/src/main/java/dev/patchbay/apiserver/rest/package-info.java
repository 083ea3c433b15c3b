/** The Kubernetes REST protocol: paths, selectors, lists, watches, writes, tables, discovery. */
@NullMarked
package dev.patchbay.apiserver.rest;

import org.jspecify.annotations.NullMarked;

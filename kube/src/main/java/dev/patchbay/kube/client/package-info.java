/** The one client towards the API, embedded or a cluster's: objects as trees, lists and watches. */
@NullMarked
package dev.patchbay.kube.client;

import org.jspecify.annotations.NullMarked;

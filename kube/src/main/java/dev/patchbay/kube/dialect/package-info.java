/** What a user wrote about a pod's networks becomes NIC requests: one dialect, one file. */
@NullMarked
package dev.patchbay.kube.dialect;

import org.jspecify.annotations.NullMarked;

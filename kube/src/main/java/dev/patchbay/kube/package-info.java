/** What Kubernetes says about a pod, as far as its networks are concerned. */
@NullMarked
package dev.patchbay.kube;

import org.jspecify.annotations.NullMarked;

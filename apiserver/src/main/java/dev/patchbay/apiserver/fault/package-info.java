/** What the API says when it does not do as asked: Kubernetes' Status. */
@NullMarked
package dev.patchbay.apiserver.fault;

import org.jspecify.annotations.NullMarked;

/** Who may ask: certificates, tokens, kubeconfigs, and what each may do. */
@NullMarked
package dev.patchbay.apiserver.auth;

import org.jspecify.annotations.NullMarked;

/**
 * Network configurations: reading them, and deriving what one plugin gets (CNI spec 1.1.0, section
 * 1).
 */
@NullMarked
package dev.patchbay.cni.conf;

import org.jspecify.annotations.NullMarked;

/**
 * Addresses for NICs: ranges as pure arithmetic, the static plugin's rules, and reservations in the
 * files that the reference plugin {@code host-local} keeps, so that native, exec'd and former users
 * share one truth.
 */
@NullMarked
package dev.patchbay.ipam;

import org.jspecify.annotations.NullMarked;

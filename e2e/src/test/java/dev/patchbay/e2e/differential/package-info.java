/**
 * The same configuration by the reference plugins and by us: the same links, addresses, routes,
 * sysctls, reservations and results, or a difference that {@link
 * dev.patchbay.e2e.differential.Deliberate} gives a reason for.
 */
@NullMarked
package dev.patchbay.e2e.differential;

import org.jspecify.annotations.NullMarked;

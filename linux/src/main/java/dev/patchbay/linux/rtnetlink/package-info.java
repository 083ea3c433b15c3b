/**
 * The kernel's links, addresses, routes and neighbours: requests as values, and one socket for
 * them.
 */
@NullMarked
package dev.patchbay.linux.rtnetlink;

import org.jspecify.annotations.NullMarked;

/** Netlink (RFC 3549): byte codec and a socket; no message family is known here. */
@NullMarked
package dev.patchbay.linux.netlink;

import org.jspecify.annotations.NullMarked;

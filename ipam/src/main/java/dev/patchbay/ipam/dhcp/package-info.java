/**
 * DHCP as it goes over the wire, for IPv4 (RFC 2131, RFC 2132) and IPv6 (RFC 8415): bytes to values
 * and back, no I/O.
 */
@org.jspecify.annotations.NullMarked
package dev.patchbay.ipam.dhcp;

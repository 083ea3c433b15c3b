/**
 * DHCP for IPv4 as it goes over the wire (RFC 2131, RFC 2132): bytes to values and back, no I/O.
 */
@org.jspecify.annotations.NullMarked
package dev.patchbay.ipam.dhcp;

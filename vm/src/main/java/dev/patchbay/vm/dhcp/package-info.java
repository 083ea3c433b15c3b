/** Answers a guest's DHCP, one NIC and one lease at a time; frames in, frames out, no I/O. */
@org.jspecify.annotations.NullMarked
package dev.patchbay.vm.dhcp;

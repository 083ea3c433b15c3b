/**
 * The serial console of a machine: one reader of QEMU's socket, many watchers, one writer, a log.
 */
@org.jspecify.annotations.NullMarked
package dev.patchbay.vm.console;

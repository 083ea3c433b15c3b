/** QEMU's command line and what it can do on this machine. */
@org.jspecify.annotations.NullMarked
package dev.patchbay.vm.qemu;

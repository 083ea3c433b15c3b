/** A QEMU that is played, as a program of its own. */
@org.jspecify.annotations.NullMarked
package dev.patchbay.vm.fake;

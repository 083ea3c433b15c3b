/** Machines that run: started, found again, watched and ended, with what is kept of them. */
@org.jspecify.annotations.NullMarked
package dev.patchbay.vm.machine;

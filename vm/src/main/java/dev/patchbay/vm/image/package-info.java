/**
 * Images of machines: found by name, fetched once, kept by digest, and a disk of each machine's own
 * above them.
 */
@org.jspecify.annotations.NullMarked
package dev.patchbay.vm.image;

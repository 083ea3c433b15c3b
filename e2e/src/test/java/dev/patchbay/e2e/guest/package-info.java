/**
 * A machine of our own for what this kernel lacks: a QEMU guest with Debian's kernel, in which our
 * tests run. Classes called {@code …InGuest} run there, the rest on the machine that starts it.
 */
@org.jspecify.annotations.NullMarked
package dev.patchbay.e2e.guest;

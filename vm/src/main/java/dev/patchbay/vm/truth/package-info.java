/** What a guest has made of its NICs, as far as it can be told from outside. */
@org.jspecify.annotations.NullMarked
package dev.patchbay.vm.truth;

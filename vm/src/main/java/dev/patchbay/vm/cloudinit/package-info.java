/**
 * What an image's cloud-init reads when it boots: who the machine is, its user's text, its NICs.
 */
@org.jspecify.annotations.NullMarked
package dev.patchbay.vm.cloudinit;

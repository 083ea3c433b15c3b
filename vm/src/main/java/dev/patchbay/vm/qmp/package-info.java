/**
 * QEMU's monitor protocol (QEMU: docs/interop/qmp-spec): commands with an id, answers, and events
 * that come in between.
 */
@org.jspecify.annotations.NullMarked
package dev.patchbay.vm.qmp;

package dev.patchbay.vm.qmp;

import tools.jackson.databind.JsonNode;

/**
 * Something that happened in QEMU or its guest.
 *
 * @param name such as {@code DEVICE_DELETED}
 * @param data what belongs to it; missing when nothing does
 */
public record QmpEvent(String name, JsonNode data) {}

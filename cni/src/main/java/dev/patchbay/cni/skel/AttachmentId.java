package dev.patchbay.cni.skel;

import dev.patchbay.cni.json.Json;
import dev.patchbay.core.nic.IfName;
import tools.jackson.databind.node.ObjectNode;

/**
 * What tells attachments apart: no two of a node have both in common (CNI spec 1.1.0, section 2).
 *
 * @param container the container's ID
 * @param ifName the interface in the container
 */
public record AttachmentId(ContainerId container, IfName ifName) {
  /** As in {@code cni.dev/valid-attachments}. */
  public ObjectNode toJson() {
    return Json.newObject().put("containerID", container.value()).put("ifname", ifName.value());
  }

  @Override
  public String toString() {
    return container + "/" + ifName;
  }
}

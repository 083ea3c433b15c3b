package dev.patchbay.cni.skel;

import dev.patchbay.cni.json.Json;
import dev.patchbay.cni.version.CniVersion;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** What a plugin answers to VERSION. */
public final class VersionReply {
  private VersionReply() {}

  /** Ours: everything from 0.1.0 to 1.1.0, whatever stdin says. */
  public static ObjectNode ours() {
    return of(List.of(CniVersion.values()));
  }

  /** That of a plugin with these versions, oldest first. */
  public static ObjectNode of(List<CniVersion> supported) {
    ObjectNode json = Json.newObject().put("cniVersion", CniVersion.LATEST.text());
    supported.forEach(version -> json.withArray("supportedVersions").add(version.text()));
    return json;
  }
}

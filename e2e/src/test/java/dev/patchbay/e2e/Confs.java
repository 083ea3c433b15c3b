package dev.patchbay.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** CNI confs the labs use; their host-local reservations stay in the lab's folder. */
final class Confs {
  private static final JsonMapper JSON = JsonMapper.shared();

  private Confs() {}

  /** Where {@link #bridge} confs keep their reservations. */
  static Path leases(Lab lab) {
    return lab.dir("leases");
  }

  /** A bridge {@code br-NAME} that is the gateway, with host-local addresses, version 0.4.0. */
  static String bridge(Lab lab, String name, String subnet) {
    return bridge(lab, name, subnet, "0.4.0");
  }

  static String bridge(Lab lab, String name, String subnet, String version) {
    return """
    {"cniVersion": "%4$s", "name": "%1$s", "type": "bridge", "bridge": "br-%1$s", "isGateway": true,
     "ipam": {"type": "host-local", "dataDir": "%2$s", "ranges": [[{"subnet": "%3$s"}]]}}
    """
        .formatted(name, leases(lab), subnet, version);
  }

  /** A conf of version 1.0.0 with those keys and host-local addresses of the subnet. */
  static String of(Lab lab, String name, String subnet, String keys) {
    return """
    {"cniVersion": "1.0.0", "name": "%s", %s,
     "ipam": {"type": "host-local", "dataDir": "%s", "ranges": [[{"subnet": "%s"}]]}}
    """
        .formatted(name, keys, leases(lab), subnet);
  }

  /** The conflist whose only member is the conf. */
  static String list(String conf) {
    JsonNode plugin = JSON.readTree(conf);
    ObjectNode list = JSON.createObjectNode();
    list.set("cniVersion", plugin.path("cniVersion"));
    list.set("name", plugin.path("name"));
    list.putArray("plugins").add(plugin);
    return list.toString();
  }

  /** The conf a runtime hands to the first member of a conflist. */
  static String firstMember(String conflist) {
    JsonNode list = JSON.readTree(conflist);
    ObjectNode member = (ObjectNode) list.path("plugins").path(0).deepCopy();
    member.set("cniVersion", list.path("cniVersion"));
    member.set("name", list.path("name"));
    return member.toString();
  }

  /** The conf of a GC call that says which attachments live. */
  static String withValidAttachments(String conf, CniDriver.Attachment... valid) {
    ObjectNode all = (ObjectNode) JSON.readTree(conf);
    var list = all.putArray("cni.dev/valid-attachments");
    for (CniDriver.Attachment attachment : List.of(valid)) {
      list.addObject()
          .put("containerID", attachment.containerId())
          .put("ifname", attachment.ifname());
    }
    return all.toString();
  }

  /** The conf of a CHECK or DEL call with the result of the ADD. */
  static String withPrevResult(String conf, String result) {
    ObjectNode all = (ObjectNode) JSON.readTree(conf);
    all.set("prevResult", JSON.readTree(result));
    return all.toString();
  }

  /** Text as a tree. */
  static JsonNode json(String text) {
    return JSON.readTree(text);
  }

  /** A file of the test resources, as it is. */
  static String fixture(String name) {
    try (InputStream in =
        Objects.requireNonNull(Confs.class.getResourceAsStream("/" + name), name)) {
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package dev.patchbay.cni.result.v100;

import dev.patchbay.cni.json.Fields;
import dev.patchbay.cni.json.Json;
import dev.patchbay.cni.result.Result;
import dev.patchbay.cni.result.ResultInterface;
import dev.patchbay.cni.result.wire.DnsJson;
import dev.patchbay.cni.result.wire.IpJson;
import dev.patchbay.cni.result.wire.ResultJson;
import dev.patchbay.cni.result.wire.RouteJson;
import tools.jackson.databind.node.ObjectNode;

/**
 * The result of CNI 1.0.0 and 1.1.0 on the wire. The form for all versions is that of 1.1.0, so it
 * needs no records of its own; and 1.0.0 passes on what 1.1.0 added, as in the reference library.
 */
public final class ResultV100 {
  private ResultV100() {}

  /** Reads the wire form. */
  public static Result read(Fields fields) {
    return new Result(
        fields.objects("interfaces").stream().map(ResultV100::readInterface).toList(),
        fields.objects("ips").stream().map(IpJson::read).toList(),
        fields.objects("routes").stream().map(RouteJson::read).toList(),
        DnsJson.read(fields));
  }

  /** Writes the wire form into an object. */
  public static void write(Result result, ObjectNode json) {
    ResultJson.list(json, "interfaces", result.interfaces(), ResultV100::write);
    ResultJson.list(json, "ips", result.ips(), IpJson::write);
    ResultJson.list(json, "routes", result.routes(), RouteJson::write);
    DnsJson.write(result.dns(), json);
  }

  private static ResultInterface readInterface(Fields fields) {
    return new ResultInterface(
        fields.text("name").orElse(""),
        fields.filled("mac"),
        RouteJson.positive(fields, "mtu"),
        fields.filled("sandbox"),
        fields.filled("socketPath"),
        fields.filled("pciID"));
  }

  private static ObjectNode write(ResultInterface link) {
    ObjectNode json = Json.newObject();
    json.put("name", link.name());
    link.mac().ifPresent(mac -> json.put("mac", mac));
    link.mtu().ifPresent(mtu -> json.put("mtu", mtu));
    link.sandbox().ifPresent(sandbox -> json.put("sandbox", sandbox));
    link.socketPath().ifPresent(path -> json.put("socketPath", path));
    link.pciId().ifPresent(id -> json.put("pciID", id));
    return json;
  }
}

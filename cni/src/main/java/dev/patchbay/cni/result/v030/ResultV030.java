package dev.patchbay.cni.result.v030;

import dev.patchbay.cni.json.Fields;
import dev.patchbay.cni.json.Json;
import dev.patchbay.cni.result.Result;
import dev.patchbay.cni.result.ResultInterface;
import dev.patchbay.cni.result.ResultIp;
import dev.patchbay.cni.result.ResultRoute;
import dev.patchbay.cni.result.wire.DnsJson;
import dev.patchbay.cni.result.wire.IpJson;
import dev.patchbay.cni.result.wire.ResultJson;
import dev.patchbay.cni.result.wire.RouteJson;
import dev.patchbay.core.nic.Dns;
import dev.patchbay.core.nic.IpText;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * The result of CNI 0.3.0, 0.3.1 and 0.4.0.
 *
 * @param interfaces what was made or used
 * @param ips the addresses
 * @param routes the routes in the container
 * @param dns the resolver's settings
 */
public record ResultV030(
    List<InterfaceV030> interfaces, List<ResultIp> ips, List<ResultRoute> routes, Dns dns) {
  /**
   * An interface as these versions know it.
   *
   * @param name its name
   * @param mac its hardware address as written
   * @param sandbox the container's namespace; absent on the host
   */
  public record InterfaceV030(String name, Optional<String> mac, Optional<String> sandbox) {
    private static InterfaceV030 read(Fields fields) {
      return new InterfaceV030(
          fields.text("name").orElse(""), fields.filled("mac"), fields.filled("sandbox"));
    }

    private ObjectNode write() {
      ObjectNode json = Json.newObject();
      json.put("name", name);
      mac.ifPresent(value -> json.put("mac", value));
      sandbox.ifPresent(value -> json.put("sandbox", value));
      return json;
    }
  }

  /** Copies the lists. */
  public ResultV030 {
    interfaces = List.copyOf(interfaces);
    ips = List.copyOf(ips);
    routes = List.copyOf(routes);
  }

  /** Reads the wire form; {@code ips[].version} is what the address says, not what it claims. */
  public static ResultV030 read(Fields fields) {
    return new ResultV030(
        fields.objects("interfaces").stream().map(InterfaceV030::read).toList(),
        fields.objects("ips").stream().map(IpJson::read).toList(),
        fields.objects("routes").stream().map(RouteJson::read).toList(),
        DnsJson.read(fields));
  }

  /** What these versions can say of a result. */
  public static ResultV030 of(Result result) {
    return new ResultV030(
        result.interfaces().stream()
            .map(link -> new InterfaceV030(link.name(), link.mac(), link.sandbox()))
            .toList(),
        result.ips(),
        result.routes(),
        result.dns());
  }

  /** The same in the form for all versions. */
  public Result toResult() {
    return new Result(
        interfaces.stream()
            .map(link -> ResultInterface.of(link.name(), link.mac(), link.sandbox()))
            .toList(),
        ips,
        routes,
        dns);
  }

  /** Writes the wire form into an object. */
  public void write(ObjectNode json) {
    ResultJson.list(json, "interfaces", interfaces, InterfaceV030::write);
    ResultJson.list(json, "ips", ips, ResultV030::write);
    ResultJson.list(json, "routes", routes, RouteJson::write);
    DnsJson.write(dns, json);
  }

  private static ObjectNode write(ResultIp ip) {
    ObjectNode json = Json.newObject();
    json.put("version", ip.address().isV4() ? "4" : "6");
    ip.interfaceIndex().ifPresent(index -> json.put("interface", index));
    json.put("address", ip.address().toString());
    ip.gateway().ifPresent(gw -> json.put("gateway", IpText.of(gw)));
    return json;
  }
}

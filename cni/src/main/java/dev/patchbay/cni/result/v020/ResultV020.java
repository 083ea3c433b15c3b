package dev.patchbay.cni.result.v020;

import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.json.Fields;
import dev.patchbay.cni.json.Json;
import dev.patchbay.cni.result.Result;
import dev.patchbay.cni.result.ResultIp;
import dev.patchbay.cni.result.ResultRoute;
import dev.patchbay.cni.result.wire.DnsJson;
import dev.patchbay.cni.result.wire.ResultJson;
import dev.patchbay.cni.result.wire.RouteJson;
import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.Dns;
import dev.patchbay.core.nic.IpText;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/**
 * The result of CNI 0.1.0 and 0.2.0.
 *
 * @param ip4 the IPv4 address
 * @param ip6 the IPv6 address
 * @param dns the resolver's settings
 */
public record ResultV020(Optional<IpV020> ip4, Optional<IpV020> ip6, Dns dns) {
  /**
   * The one address of a family, and its routes.
   *
   * @param ip with prefix length
   * @param gateway of its network
   * @param routes destination and next hop only
   */
  public record IpV020(Cidr ip, Optional<InetAddress> gateway, List<ResultRoute> routes) {
    /** Copies the list. */
    public IpV020 {
      routes = List.copyOf(routes);
    }

    private static IpV020 read(Fields fields) {
      fields.required("ip");
      return new IpV020(
          fields.parsed("ip", Cidr::parse).orElseThrow(),
          fields.parsed("gateway", IpText::parse),
          fields.objects("routes").stream().map(RouteJson::readPlain).toList());
    }

    private ObjectNode write() {
      ObjectNode json = Json.newObject();
      json.put("ip", ip.toString());
      gateway.ifPresent(gw -> json.put("gateway", IpText.of(gw)));
      ResultJson.list(json, "routes", routes, RouteJson::writePlain);
      return json;
    }
  }

  /** Reads the wire form. */
  public static ResultV020 read(Fields fields) {
    return new ResultV020(
        fields.object("ip4").map(IpV020::read),
        fields.object("ip6").map(IpV020::read),
        DnsJson.read(fields));
  }

  /**
   * What this version can say of a result: the first address of each family with the family's
   * routes. Refuses with code 7 a result without address, which this version cannot say at all.
   */
  public static ResultV020 of(Result result) {
    Optional<IpV020> ip4 = first(result, true);
    Optional<IpV020> ip6 = first(result, false);
    if (ip4.isEmpty() && ip6.isEmpty()) {
      throw CniException.of(
          CniError.INVALID_NETWORK_CONFIG,
          "a result without IP address cannot be written in CNI 0.1.0 or 0.2.0; use cniVersion"
              + " 0.3.0 or newer");
    }
    return new ResultV020(ip4, ip6, result.dns());
  }

  /** The same in the form for all versions: no interfaces, and no address is on one. */
  public Result toResult() {
    List<IpV020> both = Stream.of(ip4, ip6).flatMap(Optional::stream).toList();
    return new Result(
        List.of(),
        both.stream().map(ip -> new ResultIp(OptionalInt.empty(), ip.ip(), ip.gateway())).toList(),
        both.stream().flatMap(ip -> ip.routes().stream()).toList(),
        dns);
  }

  /** Writes the wire form into an object. */
  public void write(ObjectNode json) {
    ip4.ifPresent(ip -> json.set("ip4", ip.write()));
    ip6.ifPresent(ip -> json.set("ip6", ip.write()));
    DnsJson.write(dns, json);
  }

  private static Optional<IpV020> first(Result result, boolean v4) {
    List<ResultRoute> routes =
        result.routes().stream()
            .filter(route -> route.dst().isV4() == v4)
            .map(route -> ResultRoute.of(route.dst(), route.gw()))
            .toList();
    return result.ips().stream()
        .filter(ip -> ip.address().isV4() == v4)
        .findFirst()
        .map(ip -> new IpV020(ip.address(), ip.gateway(), routes));
  }
}

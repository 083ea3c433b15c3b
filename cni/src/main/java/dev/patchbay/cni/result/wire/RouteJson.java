package dev.patchbay.cni.result.wire;

import dev.patchbay.cni.json.Fields;
import dev.patchbay.cni.json.Json;
import dev.patchbay.cni.result.ResultRoute;
import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.IpText;
import java.util.OptionalInt;
import java.util.OptionalLong;
import tools.jackson.databind.node.ObjectNode;

/**
 * A route on the wire. From 0.3.0 on all versions share one form: the reference library passes the
 * keys of 1.1.0 through in the older ones too.
 */
public final class RouteJson {
  private static final long UNSIGNED_MAX = 0xffff_ffffL;

  private RouteJson() {}

  /** Reads a route with everything it says. */
  public static ResultRoute read(Fields fields) {
    ResultRoute plain = readPlain(fields);
    return new ResultRoute(
        plain.dst(),
        plain.gw(),
        positive(fields, "mtu"),
        positive(fields, "advmss"),
        nonZero(fields.whole("priority", 0, UNSIGNED_MAX)),
        fields.whole("table", 0, UNSIGNED_MAX),
        narrow(fields.whole("scope", 0, 255)));
  }

  /** Reads destination and next hop only, as 0.1.0 and 0.2.0 have them. */
  public static ResultRoute readPlain(Fields fields) {
    fields.required("dst");
    return ResultRoute.of(
        fields.parsed("dst", Cidr::parse).orElseThrow(), fields.parsed("gw", IpText::parse));
  }

  /** Writes a route with everything it says. */
  public static ObjectNode write(ResultRoute route) {
    ObjectNode json = writePlain(route);
    route.mtu().ifPresent(value -> json.put("mtu", value));
    route.advmss().ifPresent(value -> json.put("advmss", value));
    route.priority().ifPresent(value -> json.put("priority", value));
    route.table().ifPresent(value -> json.put("table", value));
    route.scope().ifPresent(value -> json.put("scope", value));
    return json;
  }

  /** Writes destination and next hop only. */
  public static ObjectNode writePlain(ResultRoute route) {
    ObjectNode json = Json.newObject();
    json.put("dst", route.dst().toString());
    route.gw().ifPresent(gw -> json.put("gw", IpText.of(gw)));
    return json;
  }

  /** A positive number such as an MTU; zero counts as absent. */
  public static OptionalInt positive(Fields fields, String key) {
    return narrow(nonZero(fields.whole(key, 0, Integer.MAX_VALUE)));
  }

  private static OptionalLong nonZero(OptionalLong value) {
    return value.orElse(0) == 0 ? OptionalLong.empty() : value;
  }

  private static OptionalInt narrow(OptionalLong value) {
    return value.isPresent()
        ? OptionalInt.of(Math.toIntExact(value.getAsLong()))
        : OptionalInt.empty();
  }
}

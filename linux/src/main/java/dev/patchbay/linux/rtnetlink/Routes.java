package dev.patchbay.linux.rtnetlink;

import dev.patchbay.linux.netlink.Payload;
import dev.patchbay.linux.netlink.Request;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Requests about routes; pure values, to be sent by a {@link RouteSocket}. */
public final class Routes {
  // linux/rtnetlink.h
  private static final int RTM_NEWROUTE = 24;
  private static final int RTM_DELROUTE = 25;
  private static final int RTM_GETROUTE = 26;
  private static final int LARGEST_SHORT_TABLE = 255;
  private static final int FIB_MATCH = 0x2000; // RTM_F_FIB_MATCH

  private Routes() {}

  /** Adds a route; EEXIST when there is one of that destination, metric and table. */
  public static Request add(KernelRoute route) {
    int flags = Request.NLM_F_CREATE | Request.NLM_F_EXCL;
    return Request.of("add " + words(route), RTM_NEWROUTE, flags, payload(route));
  }

  /** Adds a route, or puts it in the place of the one of that destination, metric and table. */
  public static Request replace(KernelRoute route) {
    int flags = Request.NLM_F_CREATE | Request.NLM_F_REPLACE;
    return Request.of("replace " + words(route), RTM_NEWROUTE, flags, payload(route));
  }

  /**
   * Adds a route beside others of that destination, metric and table: IPv4 puts it before them,
   * IPv6 shares the load among those with a gateway. EEXIST for its exact double.
   */
  public static Request addBeside(KernelRoute route) {
    return Request.of("add " + words(route), RTM_NEWROUTE, Request.NLM_F_CREATE, payload(route));
  }

  /** Deletes the route that matches in all that is said; ESRCH when there is none. */
  public static Request delete(KernelRoute route) {
    return Request.of("delete " + words(route), RTM_DELROUTE, 0, payload(route));
  }

  /** Asks for one family's routes of one table; ENOENT when there is no such table. */
  static Request list(int family, long table) {
    Payload payload = header(family, 0, (int) shortTable(table), 0, 0, 0, 0);
    payload.u32(KernelRoute.RTA_TABLE, table);
    return Request.dump("list routes of table " + table, RTM_GETROUTE, payload);
  }

  /** Asks for one family's routes of all tables through one link. */
  static Request listThrough(int family, int link) {
    Payload payload = header(family, 0, 0, 0, 0, 0, 0).u32(KernelRoute.RTA_OIF, link);
    return Request.dump("list routes through link " + link, RTM_GETROUTE, payload);
  }

  /** Asks which route of the tables a packet to the address would match. */
  static Request match(InetAddress address) {
    byte[] ip = address.getAddress();
    Payload payload = header(RouteCodec.family(address), ip.length * 8, 0, 0, 0, 0, FIB_MATCH);
    payload.bytes(KernelRoute.RTA_DST, ip);
    return Request.of("look up the route to " + address.getHostAddress(), RTM_GETROUTE, 0, payload);
  }

  private static Payload payload(KernelRoute route) {
    Payload payload =
        header(
            RouteCodec.family(route.destination()),
            route.destination().prefix(),
            (int) shortTable(route.table()),
            route.protocol(),
            route.scope(),
            route.type(),
            route.onLink() ? KernelRoute.RTNH_F_ONLINK : 0);
    if (!route.destination().isDefault()) {
      payload.bytes(KernelRoute.RTA_DST, route.destination().network().address().getAddress());
    }
    if (route.table() > LARGEST_SHORT_TABLE) {
      payload.u32(KernelRoute.RTA_TABLE, route.table());
    }
    route.gateway().ifPresent(gateway -> gateway(payload, route, gateway));
    route.link().ifPresent(index -> payload.u32(KernelRoute.RTA_OIF, index));
    route.metric().ifPresent(metric -> payload.u32(KernelRoute.RTA_PRIORITY, metric));
    route.source().ifPresent(source -> payload.bytes(KernelRoute.RTA_PREFSRC, source.getAddress()));
    if (route.mtu().isPresent() || route.advMss().isPresent()) {
      payload.nest(
          KernelRoute.RTA_METRICS,
          metrics -> {
            route.mtu().ifPresent(bytes -> metrics.u32(KernelRoute.RTAX_MTU, bytes));
            route.advMss().ifPresent(bytes -> metrics.u32(KernelRoute.RTAX_ADVMSS, bytes));
          });
    }
    return payload;
  }

  private static void gateway(Payload payload, KernelRoute route, InetAddress gateway) {
    byte[] ip = gateway.getAddress();
    int family = RouteCodec.family(gateway);
    if (family == RouteCodec.family(route.destination())) {
      payload.bytes(KernelRoute.RTA_GATEWAY, ip);
    } else {
      ByteBuffer via = ByteBuffer.allocate(2 + ip.length).order(ByteOrder.nativeOrder());
      payload.bytes(KernelRoute.RTA_VIA, via.putShort((short) family).put(ip).array());
    }
  }

  private static long shortTable(long table) {
    return table > LARGEST_SHORT_TABLE ? 0 : table;
  }

  private static Payload header(
      int family, int prefix, int table, int protocol, int scope, int type, int flags) {
    ByteBuffer struct = ByteBuffer.allocate(12).order(ByteOrder.nativeOrder());
    struct.put((byte) family).put((byte) prefix).put((byte) 0).put((byte) 0);
    struct.put((byte) table).put((byte) protocol).put((byte) scope).put((byte) type);
    return new Payload().struct(struct.putInt(flags).array());
  }

  private static String words(KernelRoute route) {
    String via = route.gateway().map(g -> " via " + g.getHostAddress()).orElse("");
    String dev = route.link().isPresent() ? " on link " + route.link().getAsInt() : "";
    return "route " + route.destination() + via + dev;
  }
}

package dev.patchbay.linux.rtnetlink;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.linux.netlink.Attributes;
import dev.patchbay.linux.netlink.MalformedNetlinkException;
import dev.patchbay.linux.netlink.NetlinkMessage;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A route with at most one next hop (linux/rtnetlink.h, struct rtmsg); a multipath route is several
 * of them.
 *
 * @param destination {@code 0.0.0.0/0} or {@code ::/0} for a default route
 * @param gateway the next hop; may be IPv6 for an IPv4 destination
 * @param link index of the outgoing link
 * @param onLink whether the gateway counts as reachable without a route to it
 * @param metric lower wins; 0 is the same as none for IPv4, IPv6 makes it 1024
 * @param table 254 is main
 * @param protocol who made it: 2 kernel, 3 boot, 4 static
 * @param scope 0 everywhere, 253 on the link, 254 on the host
 * @param type 1 unicast, 7 unreachable and so on
 * @param source preferred source address
 * @param mtu of the path, in bytes
 * @param advMss largest segment to advertise, in bytes
 */
public record KernelRoute(
    Cidr destination,
    Optional<InetAddress> gateway,
    OptionalInt link,
    boolean onLink,
    OptionalLong metric,
    long table,
    int protocol,
    int scope,
    int type,
    Optional<InetAddress> source,
    OptionalInt mtu,
    OptionalInt advMss) {
  /** The main table (RT_TABLE_MAIN). */
  public static final long MAIN = 254;

  // linux/rtnetlink.h
  static final int RTA_DST = 1;
  static final int RTA_OIF = 4;
  static final int RTA_GATEWAY = 5;
  static final int RTA_PRIORITY = 6;
  static final int RTA_PREFSRC = 7;
  static final int RTA_METRICS = 8;
  static final int RTA_MULTIPATH = 9;
  static final int RTA_TABLE = 15;
  static final int RTA_VIA = 18;
  static final int RTAX_MTU = 2;
  static final int RTAX_ADVMSS = 8;
  static final int RTNH_F_ONLINK = 4;
  private static final int HEADER = 12;
  private static final int HOP_HEADER = 8; // struct rtnexthop
  private static final int HOP_LINK_AT = 4;
  private static final int RTPROT_BOOT = 3;
  private static final int RTN_UNICAST = 1;
  private static final int VIA_FAMILY = 2;

  /** Starts a unicast route of the main table, made by "boot", as the reference plugins make it. */
  public static Builder to(Cidr destination) {
    return new Builder(destination);
  }

  /** Collects what is said about a route. */
  public static final class Builder {
    private final Cidr destination;
    private Optional<InetAddress> gateway = Optional.empty();
    private OptionalInt link = OptionalInt.empty();
    private boolean onLink;
    private OptionalLong metric = OptionalLong.empty();
    private long table = MAIN;
    private int protocol = RTPROT_BOOT;
    private int scope;
    private int type = RTN_UNICAST;
    private Optional<InetAddress> source = Optional.empty();
    private OptionalInt mtu = OptionalInt.empty();
    private OptionalInt advMss = OptionalInt.empty();

    private Builder(Cidr destination) {
      this.destination = destination;
    }

    /** The next hop. */
    public Builder via(InetAddress address) {
      gateway = Optional.of(address);
      return this;
    }

    /** The outgoing link's index. */
    public Builder dev(int index) {
      link = OptionalInt.of(index);
      return this;
    }

    /** The gateway counts as reachable without a route to it. */
    public Builder onLink() {
      onLink = true;
      return this;
    }

    /** The metric; lower wins. */
    public Builder metric(long value) {
      metric = OptionalLong.of(value);
      return this;
    }

    /** The routing table. */
    public Builder table(long number) {
      table = number;
      return this;
    }

    /** Who made it (RTPROT_*). */
    public Builder protocol(int number) {
      protocol = number;
      return this;
    }

    /** How far it reaches (RT_SCOPE_*). */
    public Builder scope(int number) {
      scope = number;
      return this;
    }

    /** What it does (RTN_*). */
    public Builder type(int number) {
      type = number;
      return this;
    }

    /** The preferred source address. */
    public Builder source(InetAddress address) {
      source = Optional.of(address);
      return this;
    }

    /** The path's MTU in bytes. */
    public Builder mtu(int bytes) {
      mtu = OptionalInt.of(bytes);
      return this;
    }

    /** The segment size to advertise, in bytes. */
    public Builder advMss(int bytes) {
      advMss = OptionalInt.of(bytes);
      return this;
    }

    /** The route. */
    public KernelRoute build() {
      return new KernelRoute(
          destination,
          gateway,
          link,
          onLink,
          metric,
          table,
          protocol,
          scope,
          type,
          source,
          mtu,
          advMss);
    }
  }

  /** Reads an RTM_NEWROUTE message; MalformedNetlinkException when it is none. */
  public static KernelRoute parse(NetlinkMessage message) throws MalformedNetlinkException {
    Attributes route = Attributes.after(message, HEADER);
    ByteBuffer header = message.payload();
    Attributes metrics = route.nested(RTA_METRICS);
    InetAddress destination =
        RouteCodec.ip(route, RTA_DST).orElseGet(() -> anyAddress(header.get(0)));
    return new KernelRoute(
        RouteCodec.cidr(destination, Byte.toUnsignedInt(header.get(1))),
        gateway(route),
        route.s32(RTA_OIF),
        (header.getInt(8) & RTNH_F_ONLINK) != 0,
        route.u32(RTA_PRIORITY),
        route.u32(RTA_TABLE).orElse(Byte.toUnsignedInt(header.get(4))),
        Byte.toUnsignedInt(header.get(5)),
        Byte.toUnsignedInt(header.get(6)),
        Byte.toUnsignedInt(header.get(7)),
        RouteCodec.ip(route, RTA_PREFSRC),
        metrics.s32(RTAX_MTU),
        metrics.s32(RTAX_ADVMSS));
  }

  /** Reads the message as one route per next hop (struct rtnexthop). */
  public static List<KernelRoute> parseHops(NetlinkMessage message)
      throws MalformedNetlinkException {
    KernelRoute whole = parse(message);
    Optional<ByteBuffer> hops = Attributes.after(message, HEADER).value(RTA_MULTIPATH);
    if (hops.isEmpty()) {
      return List.of(whole);
    }
    List<KernelRoute> each = new ArrayList<>();
    ByteBuffer rest = hops.get();
    while (rest.remaining() >= HOP_HEADER) {
      int length = Short.toUnsignedInt(rest.getShort(rest.position()));
      if (length < HOP_HEADER || length > rest.remaining()) {
        throw new MalformedNetlinkException("a next hop that claims " + length + " bytes");
      }
      ByteBuffer hop = rest.slice(rest.position(), length).order(ByteOrder.nativeOrder());
      each.add(whole.through(hop.getInt(HOP_LINK_AT), Attributes.parse(hop.position(HOP_HEADER))));
      rest.position(rest.position() + Math.min((length + 3) & ~3, rest.remaining()));
    }
    return List.copyOf(each);
  }

  private KernelRoute through(int index, Attributes hop) throws MalformedNetlinkException {
    return new KernelRoute(
        destination,
        gateway(hop),
        OptionalInt.of(index),
        onLink,
        metric,
        table,
        protocol,
        scope,
        type,
        source,
        mtu,
        advMss);
  }

  private static InetAddress anyAddress(byte family) {
    return RouteCodec.ip(new byte[family == RouteCodec.AF_INET6 ? 16 : 4]);
  }

  private static Optional<InetAddress> gateway(Attributes route) throws MalformedNetlinkException {
    Optional<byte[]> via = route.bytes(RTA_VIA);
    if (via.isEmpty()) {
      return RouteCodec.ip(route, RTA_GATEWAY);
    }
    int length = via.get().length - VIA_FAMILY;
    if (length != 4 && length != 16) {
      throw new MalformedNetlinkException("a next hop of " + length + " bytes");
    }
    return Optional.of(RouteCodec.ip(Arrays.copyOfRange(via.get(), VIA_FAMILY, length + 2)));
  }
}

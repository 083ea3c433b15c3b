package dev.patchbay.vm.dhcp;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.ipam.dhcp.DnsNames;
import java.io.ByteArrayOutputStream;
import java.net.Inet6Address;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What stands in for the network's router towards one guest: advertisements that say where its
 * addresses come from (RFC 4861, RFC 4191, RFC 8106), and who it is.
 *
 * @param lease of the guest's NIC
 */
record Advertisement(NicLease6 lease) {
  /** Ours on every tap, by EUI-64 of {@link #OWN_MAC}. */
  static final Inet6Address OWN = Ipv6Frame.address("fe80000000000000" + "007061fffe746368");

  static final MacAddress OWN_MAC = new MacAddress("02:70:61:74:63:68");
  static final Inet6Address ALL_NODES = Ipv6Frame.address("ff02" + "0".repeat(27) + "1");

  private static final int ROUTER_ADVERTISEMENT = 134;
  private static final int NEIGHBOUR_ADVERTISEMENT = 136;
  private static final int HOP_LIMIT = 64;
  private static final int NO_HOP = 255;
  private static final int MANAGED_AND_OTHER = 0xc0;
  private static final int ROUTER_SOLICITED_OVERRIDE = 0xe0000000;
  private static final int ON_LINK = 0x80;
  private static final int FOR_EVER = -1;
  private static final int MEDIUM = 0;

  /** Longer than any pause between two advertisements. */
  private static final int ROUTER_SECONDS = 9000;

  // option types
  private static final int SOURCE_ADDRESS = 1;
  private static final int TARGET_ADDRESS = 2;
  private static final int PREFIX = 3;
  private static final int MTU = 5;
  private static final int ROUTE = 24;
  private static final int DNS = 25;
  private static final int SEARCH = 31;
  private static final int UNIT = 8;

  /** Who the guest hears. */
  Inet6Address router() {
    return lease.router().flatMap(NicLease6.Router::linkLocal).orElse(OWN);
  }

  /** An advertisement to all nodes of the link, of which the guest is the only one that hears. */
  byte[] frame() {
    Optional<NicLease6.Router> usable = lease.router().filter(NicLease6.Router::isReachable);
    boolean isDefault = usable.filter(NicLease6.Router::isDefault).isPresent();
    var out = new ByteArrayOutputStream();
    out.writeBytes(
        ByteBuffer.allocate(16)
            .put((byte) ROUTER_ADVERTISEMENT)
            .put((byte) 0)
            .putShort((short) 0)
            .put((byte) HOP_LIMIT)
            .put((byte) MANAGED_AND_OTHER)
            .putShort((short) (isDefault ? ROUTER_SECONDS : 0))
            .array());
    usable.flatMap(NicLease6.Router::mac).ifPresent(mac -> option(out, SOURCE_ADDRESS, mac));
    lease.onLink().forEach(network -> prefix(out, network));
    usable.ifPresent(router -> router.routes().forEach(route -> route(out, route)));
    lease.mtu().ifPresent(mtu -> option(out, MTU, ByteBuffer.allocate(6).putInt(2, mtu)));
    names(out);
    return new Ipv6Frame(
            OWN_MAC,
            Ipv6Frame.multicast(ALL_NODES),
            router(),
            ALL_NODES,
            Ipv6Frame.ICMP,
            NO_HOP,
            ByteBuffer.wrap(out.toByteArray()))
        .bytes();
  }

  private static void prefix(ByteArrayOutputStream out, Cidr network) {
    option(
        out,
        PREFIX,
        ByteBuffer.allocate(30)
            .put((byte) network.prefix())
            .put((byte) ON_LINK)
            .putInt(FOR_EVER)
            .putInt(FOR_EVER)
            .putInt(0)
            .put(network.address().getAddress()));
  }

  private static void route(ByteArrayOutputStream out, Cidr network) {
    option(
        out,
        ROUTE,
        ByteBuffer.allocate(22)
            .put((byte) network.prefix())
            .put((byte) MEDIUM)
            .putInt(FOR_EVER)
            .put(network.network().address().getAddress()));
  }

  private void names(ByteArrayOutputStream out) {
    if (!lease.dns().isEmpty()) {
      ByteBuffer servers = ByteBuffer.allocate(6 + 16 * lease.dns().size());
      servers.putInt(2, FOR_EVER).position(6);
      lease.dns().forEach(server -> servers.put(server.getAddress()));
      option(out, DNS, servers);
    }
    byte[] search = DnsNames.bytes(lease.search());
    if (search.length > 0) {
      int padded = (search.length + UNIT - 1) / UNIT * UNIT;
      option(out, SEARCH, ByteBuffer.allocate(6 + padded).putInt(2, FOR_EVER).put(6, search));
    }
  }

  private static void option(ByteArrayOutputStream out, int type, MacAddress mac) {
    option(out, type, ByteBuffer.wrap(mac.bytes()));
  }

  /** An option of type, length in units of eight bytes, and the rest. */
  private static void option(ByteArrayOutputStream out, int type, ByteBuffer rest) {
    out.write(type);
    out.write((2 + rest.capacity()) / UNIT);
    out.writeBytes(Ipv6Frame.bytes(rest, 0, rest.capacity()));
  }

  /** A question for the one who has an address. */
  static byte[] whoHas(Inet6Address address) {
    return new GatewaySearch(OWN_MAC, OWN, address).question();
  }

  /** The answer to the guest's question for the router that we stand for; empty for all others. */
  Optional<byte[]> answer(Inet6Address asked, MacAddress guest, Inet6Address from) {
    Optional<MacAddress> mac = lease.router().flatMap(NicLease6.Router::mac);
    if (!asked.equals(router()) || mac.isEmpty() || from.isAnyLocalAddress()) {
      return Optional.empty();
    }
    ByteBuffer body =
        ByteBuffer.allocate(32)
            .put((byte) NEIGHBOUR_ADVERTISEMENT)
            .put((byte) 0)
            .putShort((short) 0)
            .putInt(ROUTER_SOLICITED_OVERRIDE)
            .put(asked.getAddress())
            .put((byte) TARGET_ADDRESS)
            .put((byte) 1)
            .put(mac.get().bytes())
            .flip();
    return Optional.of(
        new Ipv6Frame(OWN_MAC, guest, asked, from, Ipv6Frame.ICMP, NO_HOP, body).bytes());
  }
}

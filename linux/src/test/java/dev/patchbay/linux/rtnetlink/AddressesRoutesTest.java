package dev.patchbay.linux.rtnetlink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.linux.netlink.Request;
import org.junit.jupiter.api.Test;

/** Requests against bytes written by hand; see {@link LinksTest}. */
final class AddressesRoutesTest {
  private static void assertBytes(Request request, String... rows) {
    assertThat(request.toHex()).isEqualTo(String.join("", rows));
  }

  @Test
  void ipv4AddressWithBroadcast() {
    assertBytes(
        Addresses.add(Address.on(7, Cidr.parse("10.1.2.3/24")).withBroadcast()),
        "0014 0605 ",
        "02180000" + "07000000", // AF_INET, /24, flags, scope; index
        "0800" + "0200" + "0a010203", // IFA_LOCAL
        "0800" + "0100" + "0a010203", // IFA_ADDRESS
        "0800" + "0400" + "0a0102ff"); // IFA_BROADCAST
  }

  @Test
  void ipv6AddressWithoutDadAndPrefixRoute() {
    assertBytes(
        Addresses.delete(Address.on(7, Cidr.parse("fd00::5/64")).withoutDad().withoutPrefixRoute()),
        "0015 0005 ",
        "0a400200" + "07000000", // the first eight flag bits: NODAD
        "1400" + "0200" + "fd000000000000000000000000000005",
        "1400" + "0100" + "fd000000000000000000000000000005",
        "0800" + "0800" + "02020000"); // IFA_FLAGS: NODAD|NOPREFIXROUTE
  }

  @Test
  void noBroadcastWhereThereIsNone() {
    assertThat(Address.on(1, Cidr.parse("10.0.0.1/31")).withBroadcast().broadcast()).isEmpty();
    assertThat(Address.on(1, Cidr.parse("fd00::1/64")).withBroadcast().broadcast()).isEmpty();
    assertThat(Address.on(1, Cidr.parse("10.9.8.7/0")).withBroadcast().broadcast())
        .contains(Cidr.ip("255.255.255.255"));
  }

  @Test
  void defaultRoute() {
    assertBytes(
        Routes.add(KernelRoute.to(Cidr.parse("0.0.0.0/0")).via(Cidr.ip("10.1.2.1")).dev(7).build()),
        "0018 0605 ",
        "02000000" + "fe030001" + "00000000", // main, boot, universe, unicast
        "0800" + "0500" + "0a010201", // RTA_GATEWAY
        "0800" + "0400" + "07000000"); // RTA_OIF
  }

  @Test
  void everythingThatARouteCanSay() {
    assertBytes(
        Routes.replace(
            KernelRoute.to(Cidr.parse("192.168.5.77/24"))
                .via(Cidr.ip("10.1.2.1"))
                .dev(7)
                .onLink()
                .metric(100)
                .table(1000)
                .protocol(4)
                .scope(253)
                .source(Cidr.ip("10.1.2.3"))
                .mtu(1400)
                .advMss(1360)
                .build()),
        "0018 0505 ",
        "02180000" + "0004fd01" + "04000000", // table in the attribute; RTNH_F_ONLINK
        "0800" + "0100" + "c0a80500", // RTA_DST, host bits cleared
        "0800" + "0f00" + "e8030000", // RTA_TABLE
        "0800" + "0500" + "0a010201",
        "0800" + "0400" + "07000000",
        "0800" + "0600" + "64000000", // RTA_PRIORITY
        "0800" + "0700" + "0a010203", // RTA_PREFSRC
        "1400" + "0800", // RTA_METRICS
        "0800" + "0200" + "78050000", // RTAX_MTU
        "0800" + "0800" + "50050000"); // RTAX_ADVMSS
  }

  @Test
  void ipv4ViaAnIpv6Gateway() {
    assertBytes(
        Routes.delete(KernelRoute.to(Cidr.parse("10.0.0.0/8")).via(Cidr.ip("fe80::1")).build()),
        "0019 0005 ",
        "02080000" + "fe030001" + "00000000",
        "0800" + "0100" + "0a000000",
        "1600" + "1200" + "0a00" + "fe800000000000000000000000000001" + "0000"); // RTA_VIA
  }

  @Test
  void permanentNeighbour() {
    assertBytes(
        Neighbours.replace(
            Neighbour.permanent(7, Cidr.ip("169.254.1.1"), new MacAddress("ee:ee:ee:ee:ee:ee"))),
        "001c 0505 ",
        "02000000" + "07000000" + "80000000", // NUD_PERMANENT
        "0800" + "0100" + "a9fe0101", // NDA_DST
        "0a00" + "0200" + "eeeeeeeeeeee" + "0000"); // NDA_LLADDR
  }
}

package dev.patchbay.linux.nftables;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.linux.netns.LiveNetns;
import dev.patchbay.linux.netns.NetnsHandle;
import dev.patchbay.linux.procfs.SysctlKey;
import dev.patchbay.linux.procfs.Sysctls;
import dev.patchbay.linux.rtnetlink.Address;
import dev.patchbay.linux.rtnetlink.Addresses;
import dev.patchbay.linux.rtnetlink.KernelRoute;
import dev.patchbay.linux.rtnetlink.LinkId;
import dev.patchbay.linux.rtnetlink.LinkKind;
import dev.patchbay.linux.rtnetlink.LinkSetting;
import dev.patchbay.linux.rtnetlink.Links;
import dev.patchbay.linux.rtnetlink.RouteSocket;
import dev.patchbay.linux.rtnetlink.Routes;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A pod, its host as router, and a machine outside that says whom it has heard. */
final class MasqueradePacketsLiveTest {
  private static final int PATIENCE_MILLIS = 5000;

  private NetnsHandle pod;
  private NetnsHandle host;
  private NetnsHandle outside;

  @BeforeEach
  void makeThreeMachines() throws IOException {
    LiveNetns.assumePermitted();
    pod = NetnsHandle.create();
    host = NetnsHandle.create();
    outside = NetnsHandle.create();
    cable("p", pod, List.of("10.1.2.5/24", "fd00:1:2::5/64"), "10.1.2.1/24", "fd00:1:2::1/64");
    cable("o", outside, List.of("192.0.2.2/24", "fd00:9::2/64"), "192.0.2.1/24", "fd00:9::1/64");
    defaultRoutes(pod, "10.1.2.1", "fd00:1:2::1");
    defaultRoutes(outside, "192.0.2.1", "fd00:9::1");
    Sysctls.write(
        host,
        Map.of(
            SysctlKey.parse("net/ipv4/ip_forward"), "1",
            SysctlKey.parse("net/ipv6/conf/all/forwarding"), "1"));
  }

  @AfterEach
  void dropMachines() {
    for (NetnsHandle machine : new NetnsHandle[] {pod, host, outside}) {
      if (machine != null) {
        machine.close();
      }
    }
  }

  private void cable(String name, NetnsHandle far, List<String> farEnd, String... hostEnd)
      throws IOException {
    IfName link = new IfName(name);
    IfName eth0 = new IfName("eth0");
    try (RouteSocket here = RouteSocket.open(host);
        RouteSocket there = RouteSocket.open(far)) {
      here.run(
          Links.add(
              link,
              new LinkKind.Veth(eth0, new LinkSetting.IntoNetns(far)),
              new LinkSetting.Up(true)));
      there.run(Links.set(LinkId.of(eth0), new LinkSetting.Up(true)));
      addresses(here, link, List.of(hostEnd));
      addresses(there, eth0, farEnd);
    }
  }

  private static void addresses(RouteSocket socket, IfName link, List<String> addresses)
      throws IOException {
    int index = socket.link(LinkId.of(link)).orElseThrow().index();
    for (String address : addresses) {
      socket.run(Addresses.add(Address.on(index, Cidr.parse(address)).withoutDad()));
    }
  }

  private static void defaultRoutes(NetnsHandle netns, String v4, String v6) throws IOException {
    try (RouteSocket socket = RouteSocket.open(netns)) {
      socket.run(
          Routes.add(KernelRoute.to(Cidr.parse("0.0.0.0/0")).via(Cidr.ip(v4)).build()),
          Routes.add(KernelRoute.to(Cidr.parse("::/0")).via(Cidr.ip(v6)).build()));
    }
  }

  /** Sends from the pod to the outside and back; returns who the outside says it was. */
  private String sourceSeenAt(String server) throws IOException {
    InetAddress address = Cidr.ip(server);
    try (DatagramSocket echo =
            outside.visit(() -> new DatagramSocket(new InetSocketAddress(address, 0)));
        DatagramSocket client = pod.visit(() -> new DatagramSocket(null))) {
      echo.setSoTimeout(PATIENCE_MILLIS);
      client.setSoTimeout(PATIENCE_MILLIS);
      client.connect(address, echo.getLocalPort());
      client.send(new DatagramPacket(new byte[] {1}, 1));
      DatagramPacket heard = new DatagramPacket(new byte[1], 1);
      echo.receive(heard);
      echo.send(heard);
      client.receive(new DatagramPacket(new byte[1], 1));
      return Cidr.host(heard.getAddress()).toString();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "10.1.2.0/24, 192.0.2.2, 10.1.2.5/32, 192.0.2.1/32",
    "fd00:1:2::/64, fd00:9::2, fd00:1:2::5/128, fd00:9::1/128"
  })
  void outsideHearsTheHostOnceMasqueradingIsEnsured(
      String subnet, String server, String podAddress, String hostAddress) throws IOException {
    assertThat(sourceSeenAt(server)).isEqualTo(podAddress);
    try (NftTable table = NftTable.open(host)) {
      table.ensureMasquerade("blue", Cidr.parse(subnet));
      assertThat(sourceSeenAt(server)).isEqualTo(hostAddress);
      table.removeMasquerade("blue");
      assertThat(sourceSeenAt(server)).isEqualTo(podAddress);
      table.ensureMasquerade("other", Cidr.parse("10.99.0.0/16"));
      assertThat(sourceSeenAt(server)).isEqualTo(podAddress);
    }
  }
}

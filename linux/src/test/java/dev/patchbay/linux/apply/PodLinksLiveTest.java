package dev.patchbay.linux.apply;

import static dev.patchbay.linux.apply.Lab.HOST_END;
import static dev.patchbay.linux.apply.Lab.HOST_REF;
import static dev.patchbay.linux.apply.Lab.LEASE;
import static dev.patchbay.linux.apply.Lab.LEASE_REF;
import static dev.patchbay.linux.apply.Lab.NET1;
import static dev.patchbay.linux.apply.Lab.POD_MAC;
import static dev.patchbay.linux.apply.Lab.POD_REF;
import static dev.patchbay.linux.apply.Lab.route;
import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.core.nic.Addressing;
import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacvlanMode;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.nic.Route;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.LinkOp;
import dev.patchbay.linux.rtnetlink.KernelLink;
import dev.patchbay.linux.rtnetlink.KernelRoute;
import dev.patchbay.linux.rtnetlink.LinkKind;
import dev.patchbay.linux.rtnetlink.LinkSetting;
import dev.patchbay.linux.rtnetlink.Links;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class PodLinksLiveTest {
  private static final IfName PARENT = new IfName("parent");
  private static final IfName POD_BRIDGE = new IfName("inner");

  private Lab lab;

  @BeforeEach
  void makeLab() throws Exception {
    lab = new Lab();
  }

  @AfterEach
  void dropLab() throws Exception {
    if (lab != null) {
      lab.close();
    }
  }

  private LinkOp.AddMacvlan macvlan(Netns parents, MacvlanMode mode, OptionalInt mtu) {
    return new LinkOp.AddMacvlan(
        parents, PARENT, lab.pod, NET1, mode, POD_MAC, mtu, OptionalInt.of(500), POD_REF);
  }

  private LinkOp.AddTap tap(OptionalInt mtu, Optional<IfName> bridge) {
    OptionalInt owner = OptionalInt.of(5);
    OptionalInt group = OptionalInt.of(6);
    return new LinkOp.AddTap(lab.pod, NET1, POD_MAC, mtu, true, owner, group, bridge, POD_REF);
  }

  @Test
  void aMacvlanIsMadeInThePodThoughTheHostHasALinkOfThatName() throws Exception {
    KernelLink parent = lab.strangersVeth(Netns.HOST, PARENT);
    lab.strangersVeth(Netns.HOST, NET1);

    lab.done(macvlan(Netns.HOST, MacvlanMode.BRIDGE, OptionalInt.of(1400)));

    KernelLink made = lab.inPod(NET1);
    assertThat(made.kind()).isEqualTo("macvlan");
    assertThat(made.macvlanMode()).contains(MacvlanMode.BRIDGE);
    assertThat(made.address()).contains(POD_MAC);
    assertThat(made.mtu()).isEqualTo(1400);
    assertThat(made.parent()).hasValue(parent.index());
    assertThat(made.isUp()).isFalse();
    assertThat(lab.bound.link(POD_REF).map(link -> link.index())).contains(made.index());
  }

  @Test
  void aMacvlanOnALinkOfThePodItself() throws Exception {
    KernelLink parent = lab.strangersVeth(lab.pod, PARENT);

    lab.done(macvlan(lab.pod, MacvlanMode.PRIVATE, OptionalInt.empty()));

    assertThat(lab.inPod(NET1).parent()).hasValue(parent.index());
    assertThat(lab.inPod(NET1).parentNetns()).isEmpty();
  }

  @Test
  void aPassthruMacvlanHasItsParentsAddress() throws Exception {
    KernelLink parent = lab.strangersVeth(Netns.HOST, PARENT);

    lab.done(macvlan(Netns.HOST, MacvlanMode.PASSTHRU, OptionalInt.empty()));

    assertThat(lab.bound.link(POD_REF).map(link -> link.mac())).isEqualTo(parent.address());
  }

  @Test
  void aMissingParentIsToldWithThoseThatAreThere() throws Exception {
    lab.strangersVeth(Netns.HOST, new IfName("eth1"));

    assertThat(lab.refused(macvlan(Netns.HOST, MacvlanMode.BRIDGE, OptionalInt.empty())))
        .isEqualTo(
            new AttachFailure.ParentMissing(
                PARENT, List.of(new IfName("eth1"), new IfName("eth1p"))));
  }

  @Test
  void aMacvlanOfATakenNameIsRefused() throws Exception {
    lab.strangersVeth(Netns.HOST, PARENT);
    lab.strangersVeth(lab.pod, NET1);

    assertThat(lab.refused(macvlan(Netns.HOST, MacvlanMode.BRIDGE, OptionalInt.empty())))
        .isEqualTo(new AttachFailure.LinkExists(NET1, lab.pod.toString()));
  }

  @Test
  void aMacvlanLargerThanItsParentIsRefused() throws Exception {
    lab.strangersVeth(Netns.HOST, PARENT);

    AttachFailure why = lab.refused(macvlan(Netns.HOST, MacvlanMode.BRIDGE, OptionalInt.of(9000)));

    assertThat(why).isInstanceOf(AttachFailure.Kernel.class);
    assertThat(why.message()).startsWith("add macvlan net1 on parent: EINVAL");
    assertThat(lab.find(lab.pod, NET1)).isEmpty();
  }

  @Test
  void aMacvlanOfAGoneNamespaceSaysSo() throws Exception {
    lab.strangersVeth(Netns.HOST, PARENT);
    lab.deletePod("pod");

    assertThat(lab.refused(macvlan(Netns.HOST, MacvlanMode.BRIDGE, OptionalInt.empty())))
        .isEqualTo(new AttachFailure.NetnsGone(lab.pod.path()));
  }

  @Test
  void aMacvlanIsConfiguredAsTheReferencePluginDoes() throws Exception {
    lab.strangersVeth(Netns.HOST, PARENT);
    lab.done(macvlan(Netns.HOST, MacvlanMode.BRIDGE, OptionalInt.empty()));
    lab.lease(List.of(route("10.7.0.0/16")), "10.1.2.3/24>10.1.2.1", "fd00:9::5/64");
    lab.set(Netns.HOST, PARENT, new LinkSetting.Up(true));
    lab.set(Netns.HOST, new IfName("parentp"), new LinkSetting.Up(true));

    lab.done(
        lab.up(),
        lab.configure(LinkOp.RouteStyle.SUBNET),
        new LinkOp.Announce(lab.pod, NET1, LEASE));

    assertThat(lab.cidrs(lab.pod, NET1)).containsExactly("10.1.2.3/24", "fd00:9::5/64");
    assertThat(lab.sysctl(lab.pod, "net", "ipv4", "conf", "net1", "arp_notify")).isEqualTo("1");
    assertThat(lab.sysctl(lab.pod, "net", "ipv6", "conf", "net1", "ndisc_notify")).isEqualTo("1");
    assertThat(lab.sysctl(lab.pod, "net", "ipv6", "conf", "net1", "accept_dad")).isEqualTo("1");
  }

  @Test
  void aTapIsMadeForItsOwnerAndJoinsABridgeOfThePod() throws Exception {
    lab.look(lab.pod, (_, s) -> s.run(Links.add(POD_BRIDGE, new LinkKind.Bridge())));

    lab.done(tap(OptionalInt.of(1300), Optional.of(POD_BRIDGE)));

    KernelLink made = lab.inPod(NET1);
    assertThat(made.kind()).isEqualTo("tun");
    assertThat(made.address()).contains(POD_MAC);
    assertThat(made.mtu()).isEqualTo(1300);
    assertThat(made.master()).hasValue(lab.inPod(POD_BRIDGE).index());
    assertThat(made.details().u32(1)).hasValue(5);
    assertThat(made.details().u32(2)).hasValue(6);
  }

  @Test
  void aTapWithoutItsBridgeIsRefusedAndNotMade() throws Exception {
    assertThat(lab.refused(tap(OptionalInt.empty(), Optional.of(POD_BRIDGE))).message())
        .contains("inner", lab.pod.path());
    assertThat(lab.find(lab.pod, NET1)).isEmpty();
  }

  @Test
  void aTapThatCannotBeSetUpAsAskedIsTakenAway() throws Exception {
    assertThat(lab.refused(tap(OptionalInt.of(20), Optional.empty())))
        .isInstanceOf(AttachFailure.Kernel.class);
    assertThat(lab.find(lab.pod, NET1)).isEmpty();
  }

  @Test
  void aTapOfATakenNameIsRefusedAndTheOtherStays() throws Exception {
    lab.done(tap(OptionalInt.empty(), Optional.empty()));

    assertThat(lab.refused(tap(OptionalInt.empty(), Optional.empty())))
        .isEqualTo(new AttachFailure.LinkExists(NET1, lab.pod.toString()));
    assertThat(lab.find(lab.pod, NET1)).isPresent();
  }

  @Test
  void loopbackIsUpAndTellsItsAddresses() throws Exception {
    lab.done(new LinkOp.SetLoopbackUp(lab.pod, POD_REF, LEASE_REF));

    assertThat(lab.inPod(new IfName("lo")).isUp()).isTrue();
    assertThat(lab.bound.lease(LEASE_REF).orElseThrow().addressing().ips())
        .extracting(Addressing.Ip::address)
        .containsExactly(Cidr.parse("127.0.0.1/8"), Cidr.parse("::1/128"));
    assertThat(lab.bound.link(POD_REF).orElseThrow().mac().value()).isEqualTo("00:00:00:00:00:00");
  }

  @Test
  void setDownOfTheAbsentIsDone() throws Exception {
    lab.done(new LinkOp.SetDown(lab.pod, NET1));
    lab.strangersVeth(lab.pod, NET1);
    lab.done(lab.up(), new LinkOp.SetDown(lab.pod, NET1), new LinkOp.SetDown(lab.pod, NET1));
    assertThat(lab.inPod(NET1).isUp()).isFalse();
    lab.deletePod("pod");
    lab.done(new LinkOp.SetDown(new Netns(lab.folder + "/gone", 0), NET1));
  }

  @Test
  void aRoutedPodIsReachedThroughItsOwnCableOnly() throws Exception {
    lab.done(lab.veth(Optional.empty()));
    lab.lease(
        List.of(route("0.0.0.0/0"), route("fd01::/48")),
        "10.1.2.3/24>10.1.2.1",
        "10.1.2.4/24>10.1.2.1",
        "fd00:9::5/64>fd00:9::1");

    lab.done(
        new LinkOp.RouteToPod(HOST_REF, LEASE),
        lab.up(),
        lab.configure(LinkOp.RouteStyle.VIA_GATEWAY));

    assertThat(lab.routes(lab.pod))
        .containsExactlyInAnyOrder(
            "10.1.2.1/32",
            "10.1.2.0/24 via 10.1.2.1",
            "0.0.0.0/0 via 10.1.2.1",
            "fd00:9::1/128",
            "fd00:9::/64 via fd00:9::1",
            "fd01::/48 via fd00:9::1");
    assertThat(lab.cidrs(Netns.HOST, HOST_END)).containsExactly("10.1.2.1/32", "fd00:9::1/128");
    assertThat(lab.routes(Netns.HOST)).contains("10.1.2.3/32", "10.1.2.4/32", "fd00:9::5/128");
    assertThat(lab.onHost(HOST_END).isUp()).isTrue();
    List<KernelRoute> routes = lab.look(lab.pod, (_, s) -> s.routes(KernelRoute.MAIN));
    assertThat(routes)
        .filteredOn(route -> route.destination().equals(Cidr.parse("10.1.2.0/24")))
        .extracting(KernelRoute::source)
        .containsExactly(Optional.of(Cidr.ip("10.1.2.3")));
  }

  @Test
  void aRoutedPodWithoutGatewayIsRefused() {
    lab.done(lab.veth(Optional.empty()), lab.up());
    lab.lease(List.of(), "10.1.2.3/24");

    assertThat(lab.refused(lab.configure(LinkOp.RouteStyle.VIA_GATEWAY)))
        .isInstanceOf(AttachFailure.InvalidField.class);
  }

  @Test
  void aFailedRouteToThePodLeavesNoAddress() throws Exception {
    lab.done(lab.veth(Optional.empty()));
    lab.lease(List.of(), "10.1.2.3/24>10.1.2.1", "10.1.2.3/24>10.1.2.1");

    assertThat(lab.refused(new LinkOp.RouteToPod(HOST_REF, LEASE)).message()).contains("EEXIST");

    assertThat(lab.cidrs(Netns.HOST, HOST_END)).isEmpty();
    assertThat(lab.routes(Netns.HOST)).isEmpty();
  }

  @Test
  void routesKeepAllThatTheyAreAskedFor() throws Exception {
    lab.strangersVeth(lab.pod, NET1);
    lab.set(lab.pod, new IfName("net1p"), new LinkSetting.Up(true));
    Route all =
        new Route(
            Cidr.parse("10.7.0.0/16"),
            Optional.of(Cidr.ip("10.1.2.9")),
            OptionalInt.of(1300),
            OptionalInt.of(1260),
            OptionalInt.of(50),
            OptionalInt.of(1000),
            OptionalInt.empty());
    lab.lease(List.of(all, route("10.8.0.0/16")), "10.1.2.3/24");

    lab.done(lab.up(), lab.configure(LinkOp.RouteStyle.SUBNET));

    int index = lab.inPod(NET1).index();
    List<KernelRoute> through = lab.look(lab.pod, (_, s) -> s.routesThrough(index));
    assertThat(through)
        .contains(
            KernelRoute.to(Cidr.parse("10.7.0.0/16"))
                .via(Cidr.ip("10.1.2.9"))
                .dev(index)
                .mtu(1300)
                .advMss(1260)
                .metric(50)
                .table(1000)
                .build(),
            KernelRoute.to(Cidr.parse("10.8.0.0/16")).dev(index).build());
  }

  @Test
  void onlyTheKeptLinkHasDefaultRoutesOfItsFamilies() throws Exception {
    IfName other = new IfName("net2");
    for (IfName name : List.of(NET1, other)) {
      lab.strangersVeth(lab.pod, name);
      lab.set(lab.pod, name, new LinkSetting.Up(true));
      lab.set(lab.pod, new IfName(name + "p"), new LinkSetting.Up(true));
    }
    lab.lease(
        List.of(route("0.0.0.0/0"), route("::/0")), "10.1.0.3/24>10.1.0.1", "fd01::3/64>fd01::1");
    lab.done(lab.configure(LinkOp.RouteStyle.SUBNET));
    lab.lease(
        List.of(route("0.0.0.0/0"), route("::/0")), "10.2.0.3/24>10.2.0.1", "fd02::3/64>fd02::1");
    lab.done(new LinkOp.Configure(lab.pod, other, LEASE, LinkOp.RouteStyle.SUBNET));
    assertThat(lab.routes(lab.pod)).filteredOn(r -> r.startsWith("::/0")).hasSize(2);

    lab.done(new LinkOp.KeepDefaultRoute(lab.pod, other));

    assertThat(lab.routes(lab.pod))
        .contains("0.0.0.0/0 via 10.2.0.1", "::/0 via fd02::1", "10.1.0.0/24")
        .doesNotContain("0.0.0.0/0 via 10.1.0.1", "::/0 via fd01::1");
    lab.done(new LinkOp.KeepDefaultRoute(lab.pod, NET1));
    assertThat(lab.routes(lab.pod)).contains("0.0.0.0/0 via 10.2.0.1", "::/0 via fd02::1");
  }
}

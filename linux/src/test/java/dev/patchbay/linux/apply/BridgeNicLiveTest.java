package dev.patchbay.linux.apply;

import static dev.patchbay.linux.apply.Lab.BR;
import static dev.patchbay.linux.apply.Lab.BRIDGE_REF;
import static dev.patchbay.linux.apply.Lab.HOST_END;
import static dev.patchbay.linux.apply.Lab.HOST_REF;
import static dev.patchbay.linux.apply.Lab.LEASE_REF;
import static dev.patchbay.linux.apply.Lab.NET1;
import static dev.patchbay.linux.apply.Lab.POD_MAC;
import static dev.patchbay.linux.apply.Lab.POD_REF;
import static dev.patchbay.linux.apply.Lab.bridge;
import static dev.patchbay.linux.apply.Lab.route;
import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.nic.Route;
import dev.patchbay.core.plan.AddressUse;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.AwaitOp;
import dev.patchbay.core.plan.Link;
import dev.patchbay.core.plan.LinkOp;
import dev.patchbay.core.plan.Performed;
import dev.patchbay.linux.nftables.NftTable;
import dev.patchbay.linux.procfs.SysctlKey;
import dev.patchbay.linux.procfs.Sysctls;
import dev.patchbay.linux.rtnetlink.Address;
import dev.patchbay.linux.rtnetlink.KernelLink;
import dev.patchbay.linux.rtnetlink.LinkSetting;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class BridgeNicLiveTest {
  private static final AddressUse AS_GATEWAY =
      new AddressUse(LEASE_REF, true, true, Optional.empty());

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

  private static LinkOp.EnsureGateway gateway(boolean force) {
    return new LinkOp.EnsureGateway(BRIDGE_REF, AS_GATEWAY, force, OptionalInt.empty());
  }

  private void attach() {
    lab.done(
        bridge(),
        lab.veth(Optional.of(BRIDGE_REF)),
        gateway(false),
        new LinkOp.EnsureForwarding(AS_GATEWAY),
        new LinkOp.EnsureMasquerade("blue", AS_GATEWAY),
        lab.up(),
        new LinkOp.Configure(lab.pod, NET1, AS_GATEWAY, LinkOp.RouteStyle.SUBNET),
        new LinkOp.Announce(lab.pod, NET1, AS_GATEWAY));
  }

  @Test
  void aDualStackNicIsCabledAddressedAndRouted() throws Exception {
    lab.lease(List.of(route("10.77.0.0/16"), route("fd01::/48")), "10.1.2.3/24", "fd00:9::5/64");
    attach();

    KernelLink pod = lab.inPod(NET1);
    KernelLink host = lab.onHost(HOST_END);
    assertThat(pod.address()).contains(POD_MAC);
    assertThat(pod.isUp()).isTrue();
    assertThat(host.master()).hasValue(lab.onHost(BR).index());
    assertThat(host.isUp()).isTrue();
    assertThat(lab.cidrs(lab.pod, NET1)).containsExactly("10.1.2.3/24", "fd00:9::5/64");
    assertThat(lab.cidrs(Netns.HOST, BR)).containsExactly("10.1.2.1/24", "fd00:9::1/64");
    assertThat(lab.routes(lab.pod))
        .containsExactlyInAnyOrder(
            "0.0.0.0/0 via 10.1.2.1",
            "::/0 via fd00:9::1",
            "10.1.2.0/24",
            "10.77.0.0/16 via 10.1.2.1",
            "fd00:9::/64",
            "fd01::/48 via fd00:9::1");
    assertThat(lab.addresses(lab.pod, NET1))
        .filteredOn(a -> !a.cidr().address().isLinkLocalAddress())
        .noneMatch(Address::isTentative);
    assertThat(lab.bound.link(POD_REF))
        .contains(new Link(lab.pod, pod.index(), NET1, POD_MAC, 1500));
    assertThat(lab.bound.link(HOST_REF).map(Link::index)).contains(host.index());
  }

  @Test
  void theSettingsThatTheReferencePluginMakesAreMade() throws Exception {
    lab.lease(List.of(), "10.1.2.3/24", "fd00:9::5/64");
    attach();

    assertThat(lab.sysctl(Netns.HOST, "net", "ipv4", "ip_forward")).isEqualTo("1");
    assertThat(lab.sysctl(Netns.HOST, "net", "ipv6", "conf", "all", "forwarding")).isEqualTo("1");
    assertThat(lab.sysctl(Netns.HOST, "net", "ipv6", "conf", "br0", "accept_ra")).isEqualTo("0");
    assertThat(lab.sysctl(Netns.HOST, "net", "ipv6", "conf", "veth0", "accept_ra")).isEqualTo("0");
    assertThat(lab.sysctl(lab.pod, "net", "ipv6", "conf", "net1", "accept_dad")).isEqualTo("0");
    assertThat(lab.sysctl(lab.pod, "net", "ipv4", "conf", "net1", "arp_notify")).isEqualTo("1");
    assertThat(lab.sysctl(lab.pod, "net", "ipv6", "conf", "net1", "keep_addr_on_down"))
        .isEqualTo("1");
    try (NftTable table = NftTable.open(lab.host)) {
      assertThat(table.masquerades()).hasSize(2);
    }
  }

  @Test
  void ensuringTwiceChangesNothing() throws Exception {
    lab.lease(List.of(), "10.1.2.3/24");
    attach();
    int index = lab.onHost(BR).index();

    lab.done(
        bridge(),
        gateway(false),
        new LinkOp.EnsureForwarding(AS_GATEWAY),
        new LinkOp.EnsureMasquerade("blue", AS_GATEWAY));

    assertThat(lab.onHost(BR).index()).isEqualTo(index);
    assertThat(lab.cidrs(Netns.HOST, BR)).containsExactly("10.1.2.1/24");
    try (NftTable table = NftTable.open(lab.host)) {
      assertThat(table.masquerades()).hasSize(1);
    }
  }

  @Test
  void theBridgesAddressStaysWhateverJoins() throws Exception {
    lab.done(bridge());
    var before = lab.onHost(BR).address();
    lab.done(lab.veth(Optional.of(BRIDGE_REF)));
    IfName low = new IfName("low");
    lab.strangersVeth(Netns.HOST, low);
    lab.set(Netns.HOST, low, new LinkSetting.Mac(new MacAddress("00:00:00:00:00:09")));
    lab.set(Netns.HOST, low, new LinkSetting.Master(lab.onHost(BR).index()));

    assertThat(lab.onHost(BR).address()).isEqualTo(before);
    assertThat(lab.bound.link(BRIDGE_REF).map(Link::mac)).isEqualTo(before);
  }

  @Test
  void aNewBridgeGetsItsMtuAndListensToEverything() throws Exception {
    lab.done(new LinkOp.EnsureBridge(BR, OptionalInt.of(1400), true, false, BRIDGE_REF));

    assertThat(lab.onHost(BR).mtu()).isEqualTo(1400);
    assertThat(lab.onHost(BR).isPromiscuous()).isTrue();
    assertThat(lab.onHost(BR).isUp()).isTrue();
  }

  @Test
  void anExistingBridgeThatIsDownIsSetUpAndKeepsItsSettings() throws Exception {
    lab.done(bridge());
    lab.set(Netns.HOST, BR, new LinkSetting.Up(false), new LinkSetting.Mtu(1300));

    lab.done(new LinkOp.EnsureBridge(BR, OptionalInt.of(1400), false, false, BRIDGE_REF));

    assertThat(lab.onHost(BR).isUp()).isTrue();
    assertThat(lab.onHost(BR).mtu()).isEqualTo(1300);
  }

  @Test
  void aStrangersLinkOfTheBridgesNameIsRefusedByName() throws Exception {
    lab.strangersVeth(Netns.HOST, BR);

    assertThat(lab.refused(bridge()))
        .isInstanceOf(AttachFailure.InvalidField.class)
        .extracting(AttachFailure::message)
        .asString()
        .contains("br0", "veth");
  }

  @Test
  void aTakenNameInThePodIsToldAndNothingIsLeft() throws Exception {
    lab.strangersVeth(lab.pod, NET1);
    lab.done(bridge());

    assertThat(lab.refused(lab.veth(Optional.of(BRIDGE_REF))))
        .isEqualTo(new AttachFailure.LinkExists(NET1, lab.pod.toString()));
    assertThat(lab.find(Netns.HOST, HOST_END)).isEmpty();
  }

  @Test
  void aTakenNameOnTheHostIsToldAndNothingIsLeft() throws Exception {
    lab.strangersVeth(Netns.HOST, HOST_END);
    lab.done(bridge());

    assertThat(lab.refused(lab.veth(Optional.of(BRIDGE_REF))))
        .isEqualTo(new AttachFailure.LinkExists(HOST_END, "host"));
    assertThat(lab.find(lab.pod, NET1)).isEmpty();
  }

  @Test
  void anImpossibleMtuIsRefusedByTheKernel() {
    lab.done(bridge());
    var veth =
        new LinkOp.AddVeth(
            Netns.HOST,
            HOST_END,
            Lab.HOST_MAC,
            lab.pod,
            NET1,
            POD_MAC,
            OptionalInt.of(20),
            Optional.of(BRIDGE_REF),
            HOST_REF,
            POD_REF);

    assertThat(lab.refused(veth))
        .isEqualTo(new AttachFailure.Kernel("add veth veth0", "EINVAL (Invalid argument)", ""));
  }

  @Test
  void aGatewayThatOverlapsAnotherIsRefusedUnlessForced() throws Exception {
    lab.lease(List.of(), "10.1.2.3/24");
    attach();
    lab.lease(List.of(), "10.1.2.3/25>10.1.2.9");

    assertThat(lab.refused(gateway(false)))
        .isInstanceOf(AttachFailure.InvalidField.class)
        .extracting(AttachFailure::message)
        .asString()
        .contains("10.1.2.1/24", "10.1.2.9/25");
    lab.done(gateway(true));
    assertThat(lab.cidrs(Netns.HOST, BR)).containsExactly("10.1.2.9/25");
  }

  @Test
  void aSecondNetworkOnTheBridgeGetsItsGatewayBesideTheFirst() throws Exception {
    lab.lease(List.of(), "10.1.2.3/24");
    attach();
    lab.lease(List.of(), "10.9.0.3/24");

    lab.done(gateway(false));

    assertThat(lab.cidrs(Netns.HOST, BR)).containsExactly("10.1.2.1/24", "10.9.0.1/24");
  }

  @Test
  void aRefusedRouteTakesBackAllThatCameWithIt() throws Exception {
    lab.done(bridge(), lab.veth(Optional.of(BRIDGE_REF)), lab.up());
    var far = Route.to(Cidr.parse("10.5.0.0/16"), Optional.of(Cidr.ip("10.99.0.1")));
    lab.lease(List.of(route("10.77.0.0/16"), far, route("10.78.0.0/16")), "10.1.2.3/24>10.1.2.1");

    AttachFailure why = lab.refused(lab.configure(LinkOp.RouteStyle.SUBNET));

    assertThat(why).isInstanceOf(AttachFailure.Kernel.class);
    assertThat(why.message()).contains("10.5.0.0/16", "ENETUNREACH", "invalid gateway");
    assertThat(lab.cidrs(lab.pod, NET1)).isEmpty();
    assertThat(lab.routes(lab.pod)).isEmpty();
  }

  @Test
  void configuringTwiceIsRefusedAsTheAddressIsThere() {
    lab.done(bridge(), lab.veth(Optional.of(BRIDGE_REF)), lab.up());
    lab.lease(List.of(), "10.1.2.3/24");
    lab.done(lab.configure(LinkOp.RouteStyle.SUBNET));

    assertThat(lab.refused(lab.configure(LinkOp.RouteStyle.SUBNET)).message())
        .contains("10.1.2.3/24", "EEXIST");
  }

  @Test
  void configuringAnAbsentLinkNamesIt() {
    lab.lease(List.of(), "10.1.2.3/24");

    assertThat(lab.refused(lab.configure(LinkOp.RouteStyle.SUBNET)))
        .isEqualTo(new AttachFailure.Kernel("configure net1", "ENODEV (No such device)", ""));
  }

  @Test
  void ipv6IsTurnedOnWhereThePodHasItOff() throws Exception {
    lab.done(bridge(), lab.veth(Optional.of(BRIDGE_REF)));
    var off = SysctlKey.of("net", "ipv6", "conf", "net1", "disable_ipv6");
    lab.look(
        lab.pod,
        (handle, _) -> {
          Sysctls.write(handle, off, "1");
          return true;
        });
    lab.lease(List.of(), "fd00:9::5/64");

    lab.done(lab.up(), lab.configure(LinkOp.RouteStyle.SUBNET));

    assertThat(lab.cidrs(lab.pod, NET1)).containsExactly("fd00:9::5/64");
  }

  @Test
  void aPortIsIsolatedAndHairpinned() throws Exception {
    lab.done(bridge(), lab.veth(Optional.of(BRIDGE_REF)));

    lab.done(new LinkOp.SetPort(HOST_REF, true, true, OptionalInt.empty(), List.of(), false));

    assertThat(lab.onHost(HOST_END).isHairpin()).isTrue();
    assertThat(lab.onHost(HOST_END).isIsolated()).isTrue();
  }

  @Test
  void settingsOfALinkThatIsNoPortAreRefused() {
    lab.done(lab.veth(Optional.empty()));

    assertThat(
            lab.refused(
                new LinkOp.SetPort(HOST_REF, true, false, OptionalInt.empty(), List.of(), false)))
        .isInstanceOf(AttachFailure.Kernel.class);
  }

  @Test
  void whoeverWaitsForDetectionGetsItAndKeepsTheRoutes() throws Exception {
    lab.lease(List.of(route("fd01::/48")), "10.1.2.3/24", "fd00:9::5/64");
    attach();
    List<String> routes = lab.routes(lab.pod);
    var wait =
        new AwaitOp(
            new AwaitOp.Condition.DadDone(lab.pod, NET1),
            Duration.ofSeconds(10),
            AwaitOp.Late.FAILS);

    assertThat(lab.kernel.execute(wait, lab.bound)).isInstanceOf(Performed.Done.class);

    assertThat(lab.routes(lab.pod)).isEqualTo(routes);
    assertThat(lab.addresses(lab.pod, NET1))
        .noneMatch(Address::isTentative)
        .noneMatch(Address::isWithoutDad);
  }

  @Test
  void anAddressThatTheNeighbourHasFailsDetectionAtOnce() throws Exception {
    lab.lease(List.of(), "fd00:9::5/64>fd00:9::5");
    lab.done(bridge(), lab.veth(Optional.of(BRIDGE_REF)), gateway(false), lab.up());
    var settled =
        new AwaitOp(
            new AwaitOp.Condition.DadDone(Netns.HOST, BR),
            Duration.ofSeconds(10),
            AwaitOp.Late.FAILS);
    assertThat(lab.kernel.execute(settled, lab.bound)).isInstanceOf(Performed.Done.class);
    lab.done(lab.configure(LinkOp.RouteStyle.SUBNET));

    var wait =
        new AwaitOp(
            new AwaitOp.Condition.DadDone(lab.pod, NET1),
            Duration.ofSeconds(10),
            AwaitOp.Late.FAILS);

    assertThat(lab.kernel.execute(wait, lab.bound))
        .isEqualTo(
            new Performed.Failed(
                new AttachFailure.AddressTaken("fd00:9::5", "another station on the network")));
  }

  @Test
  void carrierIsAwaitedAndAbsenceIsLate() throws Exception {
    lab.done(bridge(), lab.veth(Optional.of(BRIDGE_REF)), lab.up());
    var there = new AwaitOp.Condition.Carrier(lab.pod, NET1);
    lab.strangersVeth(lab.pod, new IfName("x"));
    var never = new AwaitOp.Condition.Carrier(lab.pod, new IfName("x"));

    assertThat(
            lab.kernel.execute(
                new AwaitOp(there, Duration.ofSeconds(10), AwaitOp.Late.FAILS), lab.bound))
        .isInstanceOf(Performed.Done.class);
    assertThat(
            lab.kernel.execute(
                new AwaitOp(never, Duration.ofMillis(30), AwaitOp.Late.FAILS), lab.bound))
        .isInstanceOf(Performed.Late.class);
  }
}

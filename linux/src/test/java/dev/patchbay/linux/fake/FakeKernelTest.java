package dev.patchbay.linux.fake;

import static dev.patchbay.linux.fake.Story.BR0;
import static dev.patchbay.linux.fake.Story.ETH0;
import static dev.patchbay.linux.fake.Story.HOST_MAC;
import static dev.patchbay.linux.fake.Story.NET1;
import static dev.patchbay.linux.fake.Story.NO;
import static dev.patchbay.linux.fake.Story.POD_MAC;
import static dev.patchbay.linux.fake.Story.VETH;
import static dev.patchbay.linux.fake.Story.ref;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.MacvlanMode;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.nic.VlanRange;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.LinkOp;
import dev.patchbay.core.plan.LinkSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Links: made, joined, deleted; what the real kernel refuses is refused. */
class FakeKernelTest {
  private static final IfName ETH9 = new IfName("eth9");
  private static final MacAddress CARD = new MacAddress("52:54:00:00:00:09");

  private final Story story = new Story();
  private final FakeKernel kernel = story.kernel;

  @Test
  void bridgeNicStandsInTheDumpAsDocumented() {
    var use =
        story.lease(
            "lease", List.of(Story.route("0.0.0.0/0")), "10.1.2.5/24>10.1.2.1", "fd00::5/64");
    story.does(
        Story.ensureBridge(),
        story.addVeth(),
        new LinkOp.SetPort(ref("hostEnd"), true, true, NO, List.of(), false),
        new LinkOp.EnsureGateway(ref("bridge"), use, false, NO),
        new LinkOp.EnsureForwarding(use),
        new LinkOp.EnsureMasquerade("blue", use),
        story.up(ETH0),
        story.configure(ETH0, use),
        new LinkOp.Announce(story.pod, ETH0, use));
    assertThat(kernel.dump())
        .isEqualTo(
            """
            host
              link br0 bridge up mtu 1500
                address 10.1.2.1/24
              link lo loopback down mtu 65536
              link veth1 veth peer eth0 up mtu 1500 mac 02:00:00:00:00:01 master br0 hairpin isolated
              route 10.1.2.0/24 dev br0
              sysctl net/ipv4/ip_forward = 1
              sysctl net/ipv6/conf/all/forwarding = 1
              sysctl net/ipv6/conf/br0/accept_ra = 0
              sysctl net/ipv6/conf/veth1/accept_ra = 0
              masquerade blue 10.1.2.0/24
              masquerade blue fd00::/64
            netns /run/netns/pod
              link eth0 veth peer veth1 up mtu 1500 mac 02:00:00:00:00:02
                address 10.1.2.5/24
                address fd00::5/64
              link lo loopback down mtu 65536
              route 0.0.0.0/0 via 10.1.2.1 dev eth0
              route 10.1.2.0/24 dev eth0
              route fd00::/64 dev eth0
              sysctl net/ipv4/conf/eth0/arp_notify = 1
              sysctl net/ipv6/conf/eth0/accept_dad = 0
              sysctl net/ipv6/conf/eth0/keep_addr_on_down = 1
            """);
    assertThat(kernel.dumpWithoutShared())
        .doesNotContain("link br0", "dev br0", "conf/br0", "forward", "masquerade")
        .contains("link veth1", "route 10.1.2.0/24 dev eth0");
  }

  @Test
  void undoneBridgeNicLeavesOnlySharedObjectsBehind() {
    String before = kernel.dumpWithoutShared();
    story.does(Story.ensureBridge(), story.addVeth(), Story.deleteVeth());
    assertThat(kernel.dumpWithoutShared()).isEqualTo(before);
    assertThat(kernel.dump()).contains("link br0");
  }

  @Test
  void vethEndsYieldTheirIndexesInTheirNamespaces() {
    story.does(Story.ensureBridge(), story.addVeth());
    assertThat(story.link("hostEnd").index()).isEqualTo(3);
    assertThat(story.link("podEnd").index()).isEqualTo(2);
    assertThat(story.link("podEnd").netns()).isEqualTo(story.pod);
  }

  @Test
  void hostEndStaysDownWithoutABridge() {
    story.does(story.addVeth(NO, Optional.empty()));
    assertThat(kernel.dump()).contains("link veth1 veth peer eth0 down");
  }

  @Test
  void takenNameIsRefusedInEitherNamespaceAndLeavesNoHalfPair() {
    kernel.addDummy(story.pod, ETH0, CARD);
    assertThat(story.refuses(story.addVeth(NO, Optional.empty())))
        .isEqualTo(new AttachFailure.LinkExists(ETH0, "/run/netns/pod"));
    kernel.delete(story.pod, ETH0);
    kernel.addDummy(Netns.HOST, VETH, CARD);
    assertThat(story.refuses(story.addVeth(NO, Optional.empty())))
        .isEqualTo(new AttachFailure.LinkExists(VETH, "host"));
  }

  @Test
  void mtuOutOfRangeAndGroupAddressesAreRefused() {
    assertThat(story.errnoOf(story.addVeth(OptionalInt.of(67), Optional.empty())))
        .isEqualTo("EINVAL mtu less than device minimum");
    assertThat(story.errnoOf(story.addVeth(OptionalInt.of(65536), Optional.empty())))
        .isEqualTo("EINVAL mtu greater than device maximum");
    MacAddress group = new MacAddress("01:00:5e:00:00:01");
    var op =
        new LinkOp.AddVeth(
            Netns.HOST,
            VETH,
            group,
            story.pod,
            ETH0,
            POD_MAC,
            NO,
            Optional.empty(),
            ref("a"),
            ref("b"));
    assertThat(story.errnoOf(op)).isEqualTo("EADDRNOTAVAIL");
  }

  @Test
  void ensuringTwiceIsEnsuringOnce() {
    var use = story.lease("lease", List.of(), "10.1.2.5/24>10.1.2.1");
    LinkOp[] ensure = {
      Story.ensureBridge(),
      new LinkOp.EnsureGateway(ref("bridge"), use, false, NO),
      new LinkOp.EnsureForwarding(use),
      new LinkOp.EnsureMasquerade("blue", use)
    };
    story.does(ensure);
    String once = kernel.dump();
    story.does(ensure);
    assertThat(kernel.dump()).isEqualTo(once);
    assertThat(kernel.masquerades()).hasSize(1);
  }

  @Test
  void existingBridgeKeepsItsMtuAndAnotherKindIsRefused() {
    story.does(Story.ensureBridge());
    story.does(new LinkOp.EnsureBridge(BR0, OptionalInt.of(9000), true, true, ref("again")));
    assertThat(kernel.dump()).contains("link br0 bridge up mtu 1500 promisc\n");
    assertThat(story.link("again")).isEqualTo(story.link("bridge"));
    kernel.addDummy(Netns.HOST, ETH9, CARD);
    assertThat(story.refuses(new LinkOp.EnsureBridge(ETH9, NO, false, false, ref("no"))))
        .isInstanceOf(AttachFailure.InvalidField.class);
  }

  @Test
  void overlappingGatewayAddressIsRefusedUnlessForced() {
    story.does(Story.ensureBridge());
    var one = story.lease("one", List.of(), "10.1.2.5/24>10.1.2.1");
    var other = story.lease("other", List.of(), "10.1.2.6/24>10.1.2.254");
    story.does(new LinkOp.EnsureGateway(ref("bridge"), one, false, NO));
    var op = new LinkOp.EnsureGateway(ref("bridge"), other, false, NO);
    assertThat(story.refuses(op)).isInstanceOf(AttachFailure.InvalidField.class);
    story.does(new LinkOp.EnsureGateway(ref("bridge"), other, true, NO));
    assertThat(kernel.addresses(Netns.HOST, BR0)).hasToString("[10.1.2.254/24]");
  }

  @Test
  void gatewayOfAVlanIsAnInterfaceAboveTheBridge() {
    story.does(new LinkOp.EnsureBridge(BR0, NO, false, true, ref("bridge")));
    var use = story.lease("lease", List.of(), "10.1.2.5/24>10.1.2.1");
    story.does(new LinkOp.EnsureGateway(ref("bridge"), use, false, OptionalInt.of(7)));
    assertThat(kernel.dump()).contains("link br0.7 vlan parent br0 id 7 up");
    assertThat(kernel.dumpWithoutShared()).doesNotContain("br0.7");
    kernel.delete(Netns.HOST, BR0);
    assertThat(kernel.dump()).doesNotContain("br0.7");
  }

  @Test
  void portTakesItsVlansInsteadOfTheDefaultOne() {
    story.does(new LinkOp.EnsureBridge(BR0, NO, false, true, ref("bridge")), story.addVeth());
    assertThat(kernel.dump()).contains("master br0 pvid 1 vlans [1]");
    List<VlanRange> trunk = List.of(new VlanRange(20, 22));
    story.does(new LinkOp.SetPort(ref("hostEnd"), false, false, OptionalInt.of(5), trunk, false));
    assertThat(kernel.dump()).contains("master br0 pvid 5 vlans [5, 20, 21, 22]");
  }

  @Test
  void bridgeTakesTheLeastMtuOfItsPorts() {
    story.does(
        new LinkOp.EnsureBridge(BR0, OptionalInt.of(9000), false, false, ref("bridge")),
        story.addVeth(OptionalInt.of(4000), Optional.of(ref("bridge"))));
    assertThat(kernel.dump()).contains("link br0 bridge up mtu 4000");
    story.does(Story.deleteVeth());
    assertThat(kernel.dump()).contains("link br0 bridge up mtu 1500");
  }

  @Test
  void settingsOfWhatIsNoPortAreRefused() {
    story.does(story.addVeth(NO, Optional.empty()));
    var op = new LinkOp.SetPort(ref("hostEnd"), true, false, NO, List.of(), false);
    assertThat(story.errnoOf(op)).startsWith("EINVAL");
    kernel.delete(Netns.HOST, VETH);
    assertThat(story.errnoOf(op)).isEqualTo("ENODEV");
  }

  @Test
  void deletingOneEndDeletesTheOtherAndDeletingTheAbsentIsDone() {
    story.does(Story.ensureBridge(), story.addVeth());
    kernel.delete(story.pod, ETH0);
    assertThat(kernel.link(Netns.HOST, VETH)).isEmpty();
    story.does(Story.deleteVeth(), Story.deleteVeth());
  }

  @Test
  void deletingSparesAStrangerOfTheSameName() {
    story.does(Story.ensureBridge(), story.addVeth());
    kernel.delete(Netns.HOST, VETH);
    kernel.addDummy(Netns.HOST, VETH, HOST_MAC);
    story.does(Story.deleteVeth());
    assertThat(kernel.link(Netns.HOST, VETH)).isPresent();
    kernel.delete(Netns.HOST, VETH);
    kernel.addDummy(Netns.HOST, VETH, CARD);
    story.does(new LinkOp.DeleteLink(Netns.HOST, VETH, HOST_MAC, ref("never bound")));
    assertThat(kernel.link(Netns.HOST, VETH)).isPresent();
  }

  @Test
  void unboundLinkIsDeletedByNameAndAddress() {
    story.does(Story.ensureBridge(), story.addVeth());
    story.does(new LinkOp.DeleteLink(Netns.HOST, VETH, HOST_MAC, ref("never bound")));
    assertThat(kernel.link(story.pod, ETH0)).isEmpty();
  }

  @Test
  void macvlanFollowsTheRulesOfItsParent() {
    assertThat(story.refuses(story.addMacvlan(NET1, MacvlanMode.BRIDGE, NO)))
        .isEqualTo(new AttachFailure.ParentMissing(ETH9, List.of()));
    kernel.addDevice(ETH9, CARD, "0000:00:09.0");
    assertThat(story.errnoOf(story.addMacvlan(NET1, MacvlanMode.BRIDGE, OptionalInt.of(1501))))
        .isEqualTo("EINVAL");
    story.does(story.addMacvlan(NET1, MacvlanMode.BRIDGE, NO));
    assertThat(kernel.dump()).contains("link net1 macvlan parent eth9 mode bridge down mtu 1500");
    assertThat(story.errnoOf(story.addMacvlan(ETH0, MacvlanMode.PASSTHRU, NO))).isEqualTo("EINVAL");
  }

  @Test
  void passthruHasItsParentAloneAndItsAddress() {
    kernel.addDevice(ETH9, CARD, "0000:00:09.0");
    story.does(story.addMacvlan(NET1, MacvlanMode.PASSTHRU, NO));
    assertThat(story.link("macvlan").mac()).isEqualTo(CARD);
    assertThat(story.errnoOf(story.addMacvlan(ETH0, MacvlanMode.BRIDGE, NO))).isEqualTo("EINVAL");
  }

  @Test
  void macvlansOfOneAddressCannotBothBeUp() {
    kernel.addDevice(ETH9, CARD, "0000:00:09.0");
    story.does(
        story.addMacvlan(NET1, MacvlanMode.BRIDGE, NO),
        story.addMacvlan(ETH0, MacvlanMode.BRIDGE, NO),
        story.up(NET1));
    assertThat(story.errnoOf(story.up(ETH0))).isEqualTo("EADDRINUSE");
  }

  @Test
  void macvlanGoesWithItsParentAndCannotSitOnAPort() {
    kernel.addDummy(Netns.HOST, ETH9, CARD);
    story.does(story.addMacvlan(NET1, MacvlanMode.BRIDGE, NO));
    kernel.delete(Netns.HOST, ETH9);
    assertThat(kernel.link(story.pod, NET1)).isEmpty();
    story.does(Story.ensureBridge(), story.addVeth());
    var onPort =
        new LinkOp.AddMacvlan(
            Netns.HOST, VETH, story.pod, NET1, MacvlanMode.BRIDGE, POD_MAC, NO, NO, ref("m"));
    assertThat(story.errnoOf(onPort)).isEqualTo("EBUSY");
  }

  @Test
  void macvlanShrinksWithItsParent() {
    kernel.addDevice(ETH9, CARD, "0000:00:09.0");
    story.does(story.addMacvlan(NET1, MacvlanMode.BRIDGE, OptionalInt.of(1450)));
    story.does(story.addMacvlan(ETH0, MacvlanMode.BRIDGE, OptionalInt.of(1200)));
    var settings =
        new LinkSettings(
            Map.of(),
            Optional.empty(),
            OptionalInt.of(1300),
            Optional.empty(),
            Optional.empty(),
            NO);
    story.does(new LinkOp.Tune(Netns.HOST, ETH9, settings, ref("before"), ref("after")));
    assertThat(kernel.link(story.pod, NET1).orElseThrow().mtu()).isEqualTo(1300);
    assertThat(kernel.link(story.pod, ETH0).orElseThrow().mtu()).isEqualTo(1200);
  }

  @Test
  void tapJoinsABridgeOfThePod() {
    var op =
        new LinkOp.AddTap(
            story.pod,
            NET1,
            POD_MAC,
            NO,
            true,
            OptionalInt.of(107),
            NO,
            Optional.of(BR0),
            ref("t"));
    assertThat(story.refuses(op)).isInstanceOf(AttachFailure.InvalidField.class);
    kernel.addBridge(story.pod, BR0, CARD);
    story.does(op);
    assertThat(kernel.dumpWithoutShared())
        .contains("link br0 bridge down")
        .contains(
            "link net1 tun multi_queue owner 107 down mtu 1500 mac " + POD_MAC + " master br0");
  }

  @Test
  void linkThatIsUpCannotBeRenamed() {
    story.does(Story.ensureBridge());
    assertThatThrownBy(() -> kernel.rename(Netns.HOST, BR0, NET1))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("EBUSY");
    kernel.addDummy(Netns.HOST, ETH9, CARD);
    assertThatThrownBy(() -> kernel.rename(Netns.HOST, ETH9, BR0)).isInstanceOf(Refusal.class);
    kernel.rename(Netns.HOST, ETH9, NET1);
    assertThat(kernel.link(Netns.HOST, NET1)).isPresent();
  }

  @Test
  void groupIsDeletedWholeOrNotAtAll() {
    kernel.addDevice(ETH9, CARD, "0000:00:09.0");
    kernel.addDummy(Netns.HOST, NET1, POD_MAC);
    kernel.setGroup(Netns.HOST, ETH9, 77);
    kernel.setGroup(Netns.HOST, NET1, 77);
    assertThatThrownBy(() -> kernel.deleteGroup(Netns.HOST, 77))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("EOPNOTSUPP");
    assertThat(kernel.dump())
        .contains("link net1 dummy down mtu 1500 mac " + POD_MAC + " group 77");
    kernel.setGroup(Netns.HOST, ETH9, 0);
    kernel.deleteGroup(Netns.HOST, 77);
    assertThat(kernel.link(Netns.HOST, NET1)).isEmpty();
    assertThat(kernel.link(Netns.HOST, ETH9)).isPresent();
  }
}

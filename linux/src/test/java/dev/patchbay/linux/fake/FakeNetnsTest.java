package dev.patchbay.linux.fake;

import static dev.patchbay.linux.fake.Story.ETH0;
import static dev.patchbay.linux.fake.Story.NET1;
import static dev.patchbay.linux.fake.Story.NO;
import static dev.patchbay.linux.fake.Story.ref;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.DeviceSelector;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.MacvlanMode;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.AwaitOp;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.HostObserver;
import dev.patchbay.core.plan.KernelSession;
import dev.patchbay.core.plan.LinkOp;
import dev.patchbay.core.plan.LinkSettings;
import dev.patchbay.core.plan.MovedDevice;
import dev.patchbay.core.plan.Performed;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Namespaces die, devices come home. */
class FakeNetnsTest {
  private static final IfName ENS1 = new IfName("ens1");
  private static final MacAddress CARD = new MacAddress("52:54:00:00:00:09");
  private static final String PCI = "0000:00:09.0";

  private final Story story = new Story();
  private final FakeKernel kernel = story.kernel;
  private final LinkOp move = moveBy(new DeviceSelector.ByName(ENS1));
  private final LinkOp giveBack =
      new LinkOp.ReturnDevice(ref("before"), story.pod, NET1, Optional.empty());

  private LinkOp moveBy(DeviceSelector selector) {
    return new LinkOp.MoveDevice(selector, story.pod, NET1, ref("before"), ref("moved"));
  }

  private String withCardUp() {
    kernel.addDevice(ENS1, CARD, PCI);
    story.does(new LinkOp.SetUp(Netns.HOST, ENS1));
    return kernel.dump();
  }

  static List<DeviceSelector> selectors() {
    return List.of(
        new DeviceSelector.ByName(ENS1),
        new DeviceSelector.ByMac(CARD),
        new DeviceSelector.ByBusAddress(PCI),
        new DeviceSelector.ByKernelPath("/sys/devices/pci0000:00/" + PCI));
  }

  @ParameterizedTest
  @MethodSource("selectors")
  void deviceIsFoundByAnyOfItsNamesAndComesHomeAsItWas(DeviceSelector selector) {
    assertThat(story.refuses(moveBy(selector)).message()).contains("no ");
    String before = withCardUp();
    story.does(moveBy(selector));
    assertThat(kernel.dump())
        .contains("link net1 device pci " + PCI + " down")
        .doesNotContain("ens1");
    assertThat(story.bound.find(ref("before"), MovedDevice.class))
        .contains(
            new MovedDevice(
                ENS1,
                CARD,
                Optional.of(CARD),
                Optional.of(PCI),
                1500,
                1000,
                true,
                false,
                false,
                Optional.empty(),
                2));
    story.does(giveBack);
    assertThat(kernel.dump()).isEqualTo(before);
    story.does(giveBack);
    assertThat(kernel.dump()).isEqualTo(before);
  }

  @Test
  void lentDeviceIsGivenBackWithoutAWordFromTheJournalButStaysDown() {
    String before = withCardUp();
    story.does(move);
    story.bound = Bindings.NONE;
    story.does(giveBack);
    assertThat(kernel.dump()).isEqualTo(before.replace(PCI + " up", PCI + " down"));
  }

  @Test
  void unknownDeviceOfADeadPodIsGivenBackByItsAlias() {
    withCardUp();
    story.does(move);
    kernel.destroyNetns(story.pod);
    story.bound = Bindings.NONE;
    story.does(giveBack);
    assertThat(kernel.link(Netns.HOST, ENS1)).isPresent();
  }

  @Test
  void deviceOfADeadPodIsOnTheHostUnderThePodsNameUntilItIsGivenBack() {
    withCardUp();
    story.does(move);
    kernel.destroyNetns(story.pod);
    assertThat(kernel.dump()).contains("link net1 device pci " + PCI + " down");
    story.does(giveBack);
    assertThat(kernel.dump())
        .contains("link ens1 device pci " + PCI + " up")
        .doesNotContain("net1");
  }

  @Test
  void deviceComesHomeUnderANumberWhenItsPodNameIsTakenOnTheHost() {
    withCardUp();
    story.does(move);
    kernel.addDummy(Netns.HOST, NET1, Story.POD_MAC);
    kernel.destroyNetns(story.pod);
    assertThat(kernel.link(Netns.HOST, new IfName("dev2"))).isPresent();
    story.does(giveBack);
    assertThat(kernel.link(Netns.HOST, ENS1).orElseThrow().mac()).isEqualTo(CARD);
  }

  @Test
  void deviceThatAnotherPodHasByNowStaysThere() {
    withCardUp();
    story.does(move, giveBack);
    Netns other = kernel.createNetns("/run/netns/other");
    Bindings ofFirst = story.bound;
    story.does(
        new LinkOp.MoveDevice(
            new DeviceSelector.ByName(ENS1), other, NET1, ref("before"), ref("moved")));
    story.bound = ofFirst;
    story.does(giveBack);
    assertThat(kernel.link(other, NET1)).isPresent();
  }

  @Test
  void deviceWaitsOnTheHostWhileItsOldNameIsTaken() {
    withCardUp();
    story.does(move);
    kernel.addDummy(Netns.HOST, ENS1, Story.POD_MAC);
    assertThat(story.perform(giveBack)).isInstanceOf(Performed.Failed.class);
    assertThat(kernel.dump()).contains("link pb525400000009 device pci " + PCI + " down");
    assertThat(kernel.links(story.pod)).hasSize(1);
    kernel.delete(Netns.HOST, ENS1);
    story.does(giveBack);
    assertThat(kernel.dump())
        .contains("link ens1 device pci " + PCI + " up")
        .doesNotContain("pb52");
  }

  @Test
  void movingCostsAddressesAndSettings() {
    withCardUp();
    kernel.addAddress(Netns.HOST, ENS1, Cidr.parse("10.0.0.2/24"));
    kernel.setSysctl(Netns.HOST, "net/ipv4/conf/ens1/rp_filter", "2");
    story.does(move);
    assertThat(kernel.dump()).doesNotContain("10.0.0").doesNotContain("rp_filter");
  }

  @Test
  void whatThePodDidToTheDeviceIsUndoneOnItsReturn() {
    String before = withCardUp();
    var settings =
        new LinkSettings(
            Map.of(),
            Optional.of(Story.POD_MAC),
            OptionalInt.of(9000),
            Optional.empty(),
            Optional.empty(),
            NO);
    story.does(move, new LinkOp.Tune(story.pod, NET1, settings, ref("was"), ref("tuned")));
    assertThat(kernel.dump()).contains("down mtu 9000 mac " + Story.POD_MAC);
    story.does(giveBack);
    assertThat(kernel.dump()).isEqualTo(before);
  }

  @Test
  void settingsOfALentDeviceAreRestoredWhenThePodDiesFirst() {
    String before = withCardUp();
    MovedDevice planned = kernel.device(new DeviceSelector.ByName(ENS1)).orElseThrow();
    for (IfName podName : List.of(NET1, ENS1)) {
      Netns pod = kernel.createNetns("/run/netns/dying");
      var settings =
          new LinkSettings(
              Map.of(),
              Optional.empty(),
              OptionalInt.of(1400),
              Optional.of(true),
              Optional.of(true),
              OptionalInt.of(77));
      story.does(
          new LinkOp.MoveDevice(
              new DeviceSelector.ByName(ENS1), pod, podName, ref("before"), ref("moved")),
          new LinkOp.Tune(pod, podName, settings, ref("was"), ref("tuned")));
      kernel.destroyNetns(pod);
      story.bound = Bindings.NONE;
      story.does(new LinkOp.ReturnDevice(ref("before"), pod, podName, Optional.of(planned)));
      assertThat(kernel.dump()).as("called %s in the pod", podName).isEqualTo(before);
    }
  }

  @Test
  void lentVethKeepsTheSettingsThatOnlyOurOwnGet() {
    story.does(Story.ensureBridge(), story.addVeth(), story.up(ETH0));
    var use = story.lease("lease", List.of(), "10.1.2.5/24", "2001:db8::5/64");
    story.does(new LinkOp.Configure(story.pod, ETH0, use, LinkOp.RouteStyle.SUBNET, true));
    assertThat(kernel.dump()).doesNotContain("accept_dad").doesNotContain("arp_notify");
  }

  @Test
  void movedDeviceTakesAnotherIndexWhereItsOwnIsTaken() {
    String before = withCardUp();
    int taken = kernel.addDummy(story.pod, ETH0, Story.POD_MAC).index();
    story.does(move);
    assertThat(taken).isEqualTo(2);
    assertThat(story.link("moved").index()).isEqualTo(3);
    kernel.delete(story.pod, ETH0);
    story.does(giveBack);
    assertThat(kernel.dump()).isEqualTo(before);
  }

  @Test
  void loopbackAndBridgesCannotBeMoved() {
    story.does(Story.ensureBridge());
    assertThat(story.errnoOf(moveBy(new DeviceSelector.ByName(Story.BR0))))
        .isEqualTo("EINVAL The interface netns is immutable");
    assertThat(story.errnoOf(moveBy(new DeviceSelector.ByName(new IfName("lo")))))
        .isEqualTo("EINVAL The interface netns is immutable");
  }

  @Test
  void deadNamespaceTakesItsLinksAndTheirPeersAlong() {
    String before = kernel.dump();
    Netns pod = kernel.createNetns("/run/netns/a");
    kernel.destroyNetns(story.pod);
    assertThat(kernel.dump()).isEqualTo(before.replace("/run/netns/pod", "/run/netns/a"));
    kernel.destroyNetns(pod);
    kernel.destroyNetns(pod);
    assertThat(kernel.links(pod)).isEmpty();
  }

  @Test
  void vethOfADeadPodIsGoneFromTheBridge() {
    story.does(Story.ensureBridge(), story.addVeth());
    kernel.destroyNetns(story.pod);
    assertThat(kernel.link(Netns.HOST, Story.VETH)).isEmpty();
    story.does(Story.deleteVeth());
  }

  @Test
  void opsInADeadNamespaceAreRefusedButUndosAreDone() {
    kernel.destroyNetns(story.pod);
    kernel.addDevice(new IfName("eth9"), CARD, PCI);
    var use = story.lease("lease", List.of(), "10.1.2.5/24");
    var gone = new AttachFailure.NetnsGone("/run/netns/pod");
    for (LinkOp op :
        List.of(
            story.addVeth(NO, Optional.empty()),
            story.addMacvlan(NET1, MacvlanMode.BRIDGE, NO),
            story.up(ETH0),
            story.configure(ETH0, use),
            new LinkOp.SetLoopbackUp(story.pod, ref("lo"), ref("lease")),
            new LinkOp.KeepDefaultRoute(story.pod, ETH0))) {
      assertThat(story.refuses(op)).isEqualTo(gone);
    }
    story.does(
        new LinkOp.SetDown(story.pod, ETH0),
        new LinkOp.Untune(story.pod, ETH0, ref("before"), LinkSettings.NONE),
        new LinkOp.DeleteLink(story.pod, ETH0, CARD, ref("link")),
        giveBack);
  }

  @Test
  void newNamespaceAtAnOldPathIsAStranger() {
    kernel.destroyNetns(story.pod);
    Netns stranger = kernel.createNetns("/run/netns/pod");
    assertThat(stranger.cookie()).isNotEqualTo(story.pod.cookie());
    kernel.addDummy(stranger, ETH0, CARD);
    assertThat(story.refuses(story.up(ETH0)))
        .isEqualTo(new AttachFailure.NetnsGone("/run/netns/pod"));
    story.does(new LinkOp.DeleteLink(story.pod, ETH0, CARD, ref("link")));
    assertThat(kernel.link(stranger, ETH0)).isPresent();
    story.does(new LinkOp.SetUp(Netns.at("/run/netns/pod"), ETH0));
  }

  @Test
  void namespaceIsIdentifiedByItsCookie() {
    assertThat(kernel.identify(Netns.at("/run/netns/pod")))
        .isEqualTo(new HostObserver.Identity.There(story.pod, false));
    assertThat(kernel.identify(Netns.HOST))
        .isEqualTo(new HostObserver.Identity.There(Netns.HOST, true));
    kernel.destroyNetns(story.pod);
    kernel.createNetns("/run/netns/pod");
    assertThat(kernel.identify(story.pod)).isEqualTo(new HostObserver.Identity.Gone());
  }

  @Test
  void sessionsAreCountedAndServeUntilClosed() {
    LinkOp up = new LinkOp.SetUp(story.pod, new IfName("lo"));
    var carrier =
        new AwaitOp(
            new AwaitOp.Condition.Carrier(story.pod, new IfName("lo")),
            Duration.ofSeconds(1),
            AwaitOp.Late.FAILS);
    KernelSession session = kernel.open();
    assertThat(kernel.openSessions()).isEqualTo(1);
    assertThat(session.execute(carrier, Bindings.NONE)).isEqualTo(new Performed.Late());
    assertThat(session.execute(List.of(up), Bindings.NONE)).containsExactly(Performed.done());
    assertThat(session.execute(carrier, Bindings.NONE)).isEqualTo(Performed.done());
    session.close();
    session.close();
    assertThat(kernel.openSessions()).isZero();
    assertThatThrownBy(() -> session.execute(List.of(up), Bindings.NONE))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void twoNamespacesCannotBeAtOnePath() {
    assertThatThrownBy(() -> kernel.createNetns("/run/netns/pod"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> kernel.destroyNetns(Netns.HOST))
        .isInstanceOf(IllegalArgumentException.class);
  }
}

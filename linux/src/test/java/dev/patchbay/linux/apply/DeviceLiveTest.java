package dev.patchbay.linux.apply;

import static dev.patchbay.linux.apply.Lab.NET1;
import static dev.patchbay.linux.apply.Lab.POD_REF;
import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.core.nic.DeviceSelector;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.LinkOp;
import dev.patchbay.core.plan.LinkSettings;
import dev.patchbay.core.plan.MovedDevice;
import dev.patchbay.core.plan.Ref;
import dev.patchbay.linux.rtnetlink.KernelLink;
import dev.patchbay.linux.rtnetlink.LinkId;
import dev.patchbay.linux.rtnetlink.LinkKind;
import dev.patchbay.linux.rtnetlink.LinkSetting;
import dev.patchbay.linux.rtnetlink.Links;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class DeviceLiveTest {
  private static final IfName DEV = new IfName("dev0");
  private static final MacAddress MAC = new MacAddress("02:00:00:00:00:aa");
  private static final Ref<MovedDevice> BEFORE = new Ref<>("before");

  private Lab lab;
  private KernelLink device;

  @BeforeEach
  void makeLab() throws Exception {
    lab = new Lab();
    lab.strangersVeth(Netns.HOST, DEV);
    lab.set(
        Netns.HOST,
        DEV,
        new LinkSetting.Mac(MAC),
        new LinkSetting.Mtu(1450),
        new LinkSetting.Up(true));
    device = lab.onHost(DEV);
  }

  @AfterEach
  void dropLab() throws Exception {
    if (lab != null) {
      lab.close();
    }
  }

  private LinkOp.MoveDevice move(DeviceSelector selector) {
    return new LinkOp.MoveDevice(selector, lab.pod, NET1, BEFORE, POD_REF);
  }

  private LinkOp.MoveDevice move() {
    return move(new DeviceSelector.ByName(DEV));
  }

  private LinkOp.ReturnDevice back() {
    return new LinkOp.ReturnDevice(BEFORE, lab.pod, NET1, Optional.empty());
  }

  private void assertAsBefore() throws Exception {
    KernelLink now = lab.onHost(DEV);
    assertThat(now.address()).contains(MAC);
    assertThat(now.mtu()).isEqualTo(1450);
    assertThat(now.isUp()).isTrue();
    assertThat(now.alias()).isEmpty();
  }

  /** The kernel's fallback when a namespace dies, done by hand: it has none for software links. */
  private void fallBackToHost(IfName name) throws Exception {
    int index = lab.inPod(NET1).index();
    lab.look(
        lab.pod,
        (_, socket) ->
            socket.run(
                Links.set(
                    LinkId.of(index),
                    new LinkSetting.IntoNetns(lab.host),
                    new LinkSetting.Name(name))));
  }

  @Test
  void aDeviceGoesToThePodAndComesBackAsItWas() throws Exception {
    lab.done(move());

    KernelLink lent = lab.inPod(NET1);
    assertThat(lab.find(Netns.HOST, DEV)).isEmpty();
    assertThat(lent.address()).contains(MAC);
    assertThat(lent.isUp()).isFalse();
    assertThat(lent.alias()).contains("dev0");
    assertThat(lab.bound.link(POD_REF).map(link -> link.index())).contains(lent.index());
    assertThat(lab.bound.find(BEFORE, MovedDevice.class).orElseThrow())
        .returns(DEV, MovedDevice::name)
        .returns(1450, MovedDevice::mtu)
        .returns(true, MovedDevice::up);

    lab.set(
        lab.pod,
        NET1,
        new LinkSetting.Mac(new MacAddress("02:00:00:00:00:bb")),
        new LinkSetting.Mtu(1300),
        new LinkSetting.Up(true));
    lab.done(back());
    assertAsBefore();
    assertThat(lab.find(lab.pod, NET1)).isEmpty();
  }

  @Test
  void returningTwiceIsDone() throws Exception {
    lab.done(move(), back(), back());
    assertAsBefore();
  }

  @Test
  void anAbsentDeviceIsReturnedAlready() throws Exception {
    lab.done(back());
    lab.done(move());
    lab.look(lab.pod, (_, socket) -> socket.run(Links.delete(LinkId.of(NET1))));
    lab.done(back());
  }

  @Test
  void aDeviceIsFoundByItsAddress() throws Exception {
    lab.done(move(new DeviceSelector.ByMac(MAC)));
    assertThat(lab.inPod(NET1).address()).contains(MAC);
  }

  @Test
  void aDeviceThatIsNotThereIsToldAsAsked() {
    var name = new IfName("nope");
    assertThat(lab.refused(move(new DeviceSelector.ByName(name))))
        .isEqualTo(new AttachFailure.ParentMissing(name, List.of(DEV, new IfName("dev0p"))));
    assertThat(
            lab.refused(move(new DeviceSelector.ByMac(new MacAddress("02:00:00:00:00:cc"))))
                .message())
        .contains("hwaddr", "02:00:00:00:00:cc");
    assertThat(lab.refused(move(new DeviceSelector.ByBusAddress("ffff:ff:1f.7"))).message())
        .contains("pciBusID", "ffff:ff:1f.7");
    assertThat(lab.refused(move(new DeviceSelector.ByBusAddress("nonsense"))).message())
        .contains("nonsense", "bus address");
    assertThat(lab.refused(move(new DeviceSelector.ByKernelPath("/etc"))).message())
        .contains("/etc", "/sys/devices");
  }

  @Test
  void aTakenNameInThePodLeavesTheDeviceUntouched() throws Exception {
    lab.strangersVeth(lab.pod, NET1);

    assertThat(lab.refused(move()))
        .isEqualTo(new AttachFailure.LinkExists(NET1, lab.pod.toString()));

    KernelLink now = lab.onHost(DEV);
    assertThat(now.index()).isEqualTo(device.index());
    assertThat(now.isUp()).isTrue();
  }

  @Test
  void aDeviceThatFellBackToTheHostUnderThePodsNameIsRestored() throws Exception {
    lab.done(move());
    fallBackToHost(NET1);
    lab.deletePod("pod");

    lab.done(back());

    assertAsBefore();
    assertThat(lab.find(Netns.HOST, NET1)).isEmpty();
  }

  private static LinkSettings tuned() {
    return new LinkSettings(
        java.util.Map.of(),
        Optional.of(new MacAddress("02:00:00:00:00:bb")),
        OptionalInt.of(1300),
        Optional.of(true),
        Optional.of(true),
        OptionalInt.of(77));
  }

  private void assertUntuned() throws Exception {
    assertAsBefore();
    assertThat(lab.onHost(DEV).isPromiscuous()).isFalse();
    assertThat(lab.onHost(DEV).isAllMulticast()).isFalse();
    assertThat(lab.onHost(DEV).txQueueLength()).isEqualTo(device.txQueueLength());
  }

  @Test
  void everySettingOfADeviceIsRestoredWhenItsPodDiedBeforeDel() throws Exception {
    lab.done(move(), new LinkOp.Tune(lab.pod, NET1, tuned(), new Ref<>("a"), new Ref<>("b")));
    fallBackToHost(NET1);
    lab.deletePod("pod");

    lab.done(back());

    assertUntuned();
  }

  @Test
  void aDeviceThatHadTheSameNameInThePodIsRestoredToo() throws Exception {
    lab.done(new LinkOp.MoveDevice(new DeviceSelector.ByName(DEV), lab.pod, DEV, BEFORE, POD_REF));
    lab.set(lab.pod, DEV, new LinkSetting.Promiscuous(true), new LinkSetting.Mtu(1300));
    int index = lab.find(lab.pod, DEV).orElseThrow().index();
    lab.look(
        lab.pod,
        (_, socket) ->
            socket.run(Links.set(LinkId.of(index), new LinkSetting.IntoNetns(lab.host))));
    lab.deletePod("pod");

    lab.done(new LinkOp.ReturnDevice(BEFORE, lab.pod, DEV, Optional.empty()));

    assertUntuned();
  }

  @Test
  void theIntentAloneTellsWhatADeviceWas() throws Exception {
    MovedDevice planned =
        new LinuxHost(lab.host).device(new DeviceSelector.ByName(DEV)).orElseThrow();
    lab.done(move(), new LinkOp.Tune(lab.pod, NET1, tuned(), new Ref<>("a"), new Ref<>("b")));
    lab.bound = Bindings.NONE;

    lab.done(new LinkOp.ReturnDevice(BEFORE, lab.pod, NET1, Optional.of(planned)));

    assertUntuned();
    lab.done(new LinkOp.ReturnDevice(BEFORE, lab.pod, NET1, Optional.of(planned)));
    assertUntuned();
  }

  @Test
  void aLentVethIsConfiguredWithoutTheSettingsOfOurOwn() throws Exception {
    lab.done(move(), new LinkOp.SetUp(lab.pod, NET1));
    lab.lease(List.of(), "10.1.0.2/24", "2001:db8::2/64");
    lab.done(new LinkOp.Configure(lab.pod, NET1, Lab.LEASE, LinkOp.RouteStyle.SUBNET, true));

    assertThat(lab.sysctl(lab.pod, "net", "ipv4", "conf", "net1", "arp_notify")).isEqualTo("0");
    assertThat(lab.sysctl(lab.pod, "net", "ipv6", "conf", "net1", "accept_dad")).isEqualTo("1");
  }

  @Test
  void aStrangerOfThePodsNameOnTheHostIsLeftAlone() throws Exception {
    lab.done(move());
    lab.look(lab.pod, (_, socket) -> socket.run(Links.delete(LinkId.of(NET1))));
    lab.deletePod("pod");
    lab.strangersVeth(Netns.HOST, NET1);

    lab.done(back());

    assertThat(lab.find(Netns.HOST, NET1)).isPresent();
  }

  @Test
  void aDeviceWhoseNameWasTakenComesBackUnderAnotherAndIsRestoredOnceItIsFree() throws Exception {
    lab.done(move());
    lab.look(Netns.HOST, (_, socket) -> socket.run(Links.add(DEV, new LinkKind.Bridge())));

    AttachFailure why = lab.refused(back());

    assertThat(why.message()).contains("dev0", "pb0200000000aa");
    assertThat(lab.onHost(new IfName("pb0200000000aa")).alias()).contains("dev0");
    assertThat(lab.refused(back()).message()).contains("dev0");
    lab.look(Netns.HOST, (_, socket) -> socket.run(Links.delete(LinkId.of(DEV))));
    lab.done(back());
    assertAsBefore();
  }

  @Test
  void aHostLinkOfThePodsNameIsNotInTheWayOfAReturn() throws Exception {
    lab.done(move());
    lab.strangersVeth(Netns.HOST, NET1);

    lab.done(back());

    assertAsBefore();
    assertThat(lab.find(Netns.HOST, NET1)).isPresent();
  }

  @Test
  void withoutABindingTheAliasTellsTheName() throws Exception {
    lab.done(move());
    lab.bound = Bindings.NONE;

    lab.done(back());

    assertThat(lab.onHost(DEV).address()).contains(MAC);
    assertThat(lab.onHost(DEV).mtu()).isEqualTo(1450);
  }

  @Test
  void withoutABindingADeviceThatFellBackIsToldByItsAlias() throws Exception {
    lab.done(move());
    lab.bound = Bindings.NONE;
    fallBackToHost(NET1);
    lab.deletePod("pod");

    lab.done(back());

    assertThat(lab.onHost(DEV).address()).contains(MAC);
  }

  @Test
  void withoutABindingAHostLinkThatIsUpIsNobodysLentDevice() throws Exception {
    lab.strangersVeth(Netns.HOST, NET1);
    lab.set(Netns.HOST, NET1, new LinkSetting.Alias("uplink"), new LinkSetting.Up(true));
    lab.deletePod("pod");

    lab.done(back());

    assertThat(lab.onHost(NET1).alias()).contains("uplink");
  }

  @Test
  void aDeviceOfAGoneNamespaceStays() throws Exception {
    lab.deletePod("pod");

    assertThat(lab.refused(move())).isEqualTo(new AttachFailure.NetnsGone(lab.pod.path()));
    assertAsBefore();
  }
}

package dev.patchbay.linux.apply;

import static dev.patchbay.linux.apply.Lab.BR;
import static dev.patchbay.linux.apply.Lab.BRIDGE_REF;
import static dev.patchbay.linux.apply.Lab.HOST_END;
import static dev.patchbay.linux.apply.Lab.HOST_MAC;
import static dev.patchbay.linux.apply.Lab.HOST_REF;
import static dev.patchbay.linux.apply.Lab.LEASE_REF;
import static dev.patchbay.linux.apply.Lab.NET1;
import static dev.patchbay.linux.apply.Lab.POD_MAC;
import static dev.patchbay.linux.apply.Lab.POD_REF;
import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.DeviceSelector;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.MacvlanMode;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.nic.Route;
import dev.patchbay.core.plan.AddressUse;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.HandedOver;
import dev.patchbay.core.plan.Link;
import dev.patchbay.core.plan.LinkOp;
import dev.patchbay.core.plan.LinkSettings;
import dev.patchbay.core.plan.MovedDevice;
import dev.patchbay.core.plan.Performed;
import dev.patchbay.core.plan.Ref;
import dev.patchbay.core.plan.TunedSettings;
import dev.patchbay.linux.fake.FakeKernel;
import dev.patchbay.linux.netns.NetnsHandle;
import dev.patchbay.linux.rtnetlink.LinkSetting;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The same ops on the fake and on a real kernel: after each, the same outcome and state. */
final class DifferentialLiveTest {
  private static final IfName PARENT = new IfName("parent");
  private static final IfName NET2 = new IfName("net2");
  private static final MacAddress PARENT_MAC = new MacAddress("02:00:00:00:00:99");
  private static final AddressUse USE = new AddressUse(LEASE_REF, true, true, Optional.empty());
  private static final Ref<MovedDevice> BEFORE = new Ref<>("before");
  private static final Ref<HandedOver> HANDED = new Ref<>("handed");
  private static final Ref<TunedSettings> UNTUNED = new Ref<>("untuned");
  private static final OptionalInt NONE = OptionalInt.empty();

  private static final Map<String, String> HOST_SYSCTLS =
      Map.of("net/ipv4/ip_forward", "0", "net/ipv6/conf/all/forwarding", "0");

  private final FakeKernel fake = new FakeKernel();
  private static final Map<String, String> POD_SYSCTLS = Map.of("net/core/somaxconn", "4096");

  private Lab lab;
  private Netns fakePod;
  private Bindings fakeBound = Bindings.NONE;

  @BeforeEach
  void makeLab() throws Exception {
    lab = new Lab();
    fakePod = fake.createNetns(lab.pod.path());
  }

  @AfterEach
  void dropLab() throws Exception {
    if (lab != null) {
      lab.close();
    }
  }

  /** Does the op on both, which differ in their namespaces' cookies. */
  private void both(Function<Netns, LinkOp> op) throws Exception {
    Performed real = lab.run(op.apply(lab.pod));
    Performed imagined = fake.execute(List.of(op.apply(fakePod)), fakeBound).getFirst();
    if (imagined instanceof Performed.Done(var yielded)) {
      fakeBound = fakeBound.and(yielded);
    }
    assertThat(outcome(real)).as("%s", op.apply(lab.pod)).isEqualTo(outcome(imagined));
    assertThat(realDump()).as("after %s", op.apply(lab.pod)).isEqualTo(normal(fake.dump()));
  }

  /** What a refusal is, but for the kernel's exact words. */
  private static String outcome(Performed performed) {
    return switch (performed) {
      case Performed.Done _ -> "done";
      case Performed.Late() -> "late";
      case Performed.Failed(AttachFailure.Kernel(_, var errno, _)) -> errno;
      case Performed.Failed(AttachFailure.InvalidField invalid) -> invalid.message();
      case Performed.Failed(AttachFailure.ParentMissing missing) -> missing.message();
      case Performed.Failed(var why) -> why.toString();
    };
  }

  private List<String> realDump() throws Exception {
    List<String> lines = new ArrayList<>();
    try (NetnsHandle pod = NetnsHandle.open(Path.of(lab.pod.path()))) {
      lines.add("host");
      List<String> inside = new ArrayList<>(LiveDump.of(lab.host, pod));
      inside.addAll(LiveDump.sysctls(lab.host, HOST_SYSCTLS));
      inside.addAll(LiveDump.masquerades(lab.host));
      inside.forEach(line -> lines.add("  " + line));
      lines.add("netns " + lab.pod.path());
      List<String> inPod = new ArrayList<>(LiveDump.of(pod, lab.host));
      inPod.addAll(LiveDump.sysctls(pod, POD_SYSCTLS));
      inPod.forEach(line -> lines.add("  " + line));
    }
    return normal(String.join("\n", lines));
  }

  /** The fake's devices and dummies are ends of veth pairs here, whose other end nobody minds. */
  private static List<String> normal(String dump) {
    return dump.lines()
        .filter(line -> !line.startsWith("  link parent"))
        .filter(line -> !line.startsWith("  link dev0p"))
        .map(line -> line.replaceFirst("(link tap-.* tun .*) mac \\S+", "$1"))
        .map(line -> line.replaceFirst("device pci \\S+|veth peer dev0p", "device"))
        .toList();
  }

  private void lease(List<Route> routes, String... ips) {
    lab.lease(routes, ips);
    fakeBound = fakeBound.and(Bindings.of(LEASE_REF, lab.bound.lease(LEASE_REF).orElseThrow()));
  }

  private void parent() throws Exception {
    lab.strangersVeth(Netns.HOST, PARENT);
    lab.set(Netns.HOST, PARENT, new LinkSetting.Mac(PARENT_MAC));
    fake.addDummy(Netns.HOST, PARENT, PARENT_MAC);
  }

  private static LinkOp veth(Netns pod, IfName host, IfName name, int n, boolean bridged) {
    return new LinkOp.AddVeth(
        Netns.HOST,
        host,
        new MacAddress("02:00:00:00:01:0" + n),
        pod,
        name,
        new MacAddress("02:00:00:00:02:0" + n),
        OptionalInt.of(1400),
        bridged ? Optional.of(BRIDGE_REF) : Optional.empty(),
        HOST_REF,
        POD_REF);
  }

  private void bridgeNic() throws Exception {
    lease(
        List.of(Lab.route("10.77.0.0/16"), Lab.route("fd01::/48")), "10.1.2.3/24", "fd00:9::5/64");
    both(_ -> new LinkOp.EnsureBridge(BR, OptionalInt.of(1400), true, false, BRIDGE_REF));
    both(pod -> veth(pod, HOST_END, NET1, 1, true));
    both(_ -> new LinkOp.SetPort(HOST_REF, false, true, NONE, List.of(), false));
    both(_ -> new LinkOp.EnsureGateway(BRIDGE_REF, USE, false, NONE));
    both(_ -> new LinkOp.EnsureForwarding(USE));
    both(_ -> new LinkOp.EnsureMasquerade("blue", USE));
    both(pod -> new LinkOp.SetUp(pod, NET1));
    both(pod -> new LinkOp.Configure(pod, NET1, USE, LinkOp.RouteStyle.SUBNET));
    both(pod -> new LinkOp.Announce(pod, NET1, USE));
  }

  @Test
  void aBridgeNicComesAndGoes() throws Exception {
    bridgeNic();
    both(pod -> new LinkOp.Configure(pod, NET1, USE, LinkOp.RouteStyle.SUBNET));
    both(pod -> veth(pod, new IfName("h2"), NET1, 2, true));
    both(pod -> veth(pod, HOST_END, NET2, 2, true));
    MacAddress mac = new MacAddress("02:00:00:00:01:01");
    both(_ -> new LinkOp.DeleteLink(Netns.HOST, HOST_END, mac, HOST_REF));
    both(_ -> new LinkOp.DeleteLink(Netns.HOST, HOST_END, mac, HOST_REF));
    both(pod -> new LinkOp.SetUp(pod, NET1));
    both(pod -> new LinkOp.SetDown(pod, NET1));
  }

  @Test
  void gatewaysAreKeptRefusedAndForced() throws Exception {
    bridgeNic();
    lease(List.of(), "10.1.2.3/25>10.1.2.9", "fd00:9::5/64>fd00:9::2");
    both(_ -> new LinkOp.EnsureGateway(BRIDGE_REF, USE, false, NONE));
    both(_ -> new LinkOp.EnsureGateway(BRIDGE_REF, USE, true, NONE));
    lease(List.of(), "10.9.2.3/25");
    both(_ -> new LinkOp.EnsureGateway(BRIDGE_REF, USE, false, NONE));
  }

  @Test
  void aRoutedNicComesAndGoes() throws Exception {
    lease(List.of(Lab.route("0.0.0.0/0")), "10.1.2.3/24>10.1.2.1", "fd00:9::5/64>fd00:9::1");
    AddressUse plain = AddressUse.plain(LEASE_REF);
    both(pod -> veth(pod, HOST_END, NET1, 1, false));
    both(_ -> new LinkOp.EnsureForwarding(plain));
    both(_ -> new LinkOp.RouteToPod(HOST_REF, plain));
    both(pod -> new LinkOp.SetUp(pod, NET1));
    both(pod -> new LinkOp.Configure(pod, NET1, plain, LinkOp.RouteStyle.VIA_GATEWAY));
    both(_ ->
        new LinkOp.DeleteLink(
            Netns.HOST, HOST_END, new MacAddress("02:00:00:00:01:01"), new Ref<>("unbound")));
  }

  @Test
  void routesThatCannotBeAreRefused() throws Exception {
    both(pod -> veth(pod, HOST_END, NET1, 1, false));
    lease(List.of(Lab.route("10.7.0.0/16")), "10.1.2.3/24");
    both(pod -> new LinkOp.Configure(pod, NET1, USE, LinkOp.RouteStyle.SUBNET));
    both(_ -> new LinkOp.SetUp(Netns.HOST, HOST_END));
    both(pod -> new LinkOp.SetUp(pod, NET1));
    Route far = Route.to(Cidr.parse("10.5.0.0/16"), Optional.of(Cidr.ip("10.99.0.1")));
    Route far6 = Route.to(Cidr.parse("fd05::/48"), Optional.of(Cidr.ip("fd99::1")));
    Route mixed = Route.to(Cidr.parse("fd05::/48"), Optional.of(Cidr.ip("10.1.2.1")));
    for (Route route : List.of(far, far6, mixed)) {
      lease(List.of(route), "10.1.2.3/24", "fd00:9::5/64");
      both(pod -> new LinkOp.Configure(pod, NET1, USE, LinkOp.RouteStyle.SUBNET));
    }
    Route twice = Lab.route("10.7.0.0/16");
    lease(List.of(twice, twice), "10.1.2.3/24");
    both(pod -> new LinkOp.Configure(pod, NET1, USE, LinkOp.RouteStyle.SUBNET));
  }

  @Test
  void macvlansOfEveryModeComeAndGo() throws Exception {
    parent();
    for (MacvlanMode mode : MacvlanMode.values()) {
      both(pod -> macvlan(pod, NET1, mode, OptionalInt.of(1300)));
      both(pod -> macvlan(pod, NET2, mode, NONE));
      both(pod -> new LinkOp.DeleteLink(pod, NET2, POD_MAC, new Ref<>("unbound")));
      both(pod -> macvlan(pod, NET2, MacvlanMode.PASSTHRU, NONE));
      both(pod -> new LinkOp.DeleteLink(pod, NET1, POD_MAC, new Ref<>("of net1")));
    }
    both(pod -> macvlan(pod, NET1, MacvlanMode.BRIDGE, OptionalInt.of(9000)));
    both(pod ->
        new LinkOp.AddMacvlan(
            Netns.HOST, NET2, pod, NET1, MacvlanMode.BRIDGE, POD_MAC, NONE, NONE, POD_REF));
  }

  private static LinkOp macvlan(Netns pod, IfName name, MacvlanMode mode, OptionalInt mtu) {
    return new LinkOp.AddMacvlan(
        Netns.HOST, PARENT, pod, name, mode, POD_MAC, mtu, NONE, new Ref<>("of " + name));
  }

  @Test
  void tapsComeAndGo() throws Exception {
    for (boolean multiQueue : new boolean[] {false, true}) {
      OptionalInt owner = multiQueue ? OptionalInt.of(7) : NONE;
      both(pod -> tap(pod, multiQueue, owner, OptionalInt.of(1300), Optional.empty()));
      both(pod -> tap(pod, multiQueue, owner, NONE, Optional.empty()));
      both(pod -> new LinkOp.SetUp(pod, NET1));
      both(pod -> new LinkOp.DeleteLink(pod, NET1, POD_MAC, POD_REF));
    }
    both(pod -> tap(pod, false, NONE, NONE, Optional.of(BR)));
    both(pod -> tap(pod, false, NONE, OptionalInt.of(20), Optional.empty()));
  }

  private static LinkOp tap(
      Netns pod, boolean multiQueue, OptionalInt owner, OptionalInt mtu, Optional<IfName> bridge) {
    return new LinkOp.AddTap(pod, NET1, POD_MAC, mtu, multiQueue, owner, owner, bridge, POD_REF);
  }

  @Test
  void devicesAreLentAndReturned() throws Exception {
    IfName name = new IfName("dev0");
    lab.strangersVeth(Netns.HOST, name);
    lab.set(Netns.HOST, name, new LinkSetting.Mac(PARENT_MAC));
    fake.addDevice(name, PARENT_MAC, "0000:00:1f.6");
    both(_ -> new LinkOp.SetUp(Netns.HOST, name));
    both(pod -> move(pod, new DeviceSelector.ByName(name)));
    both(pod -> move(pod, new DeviceSelector.ByName(name)));
    both(pod -> new LinkOp.ReturnDevice(BEFORE, pod, NET1, Optional.empty()));
    both(pod -> new LinkOp.ReturnDevice(BEFORE, pod, NET1, Optional.empty()));
    both(pod -> move(pod, new DeviceSelector.ByMac(PARENT_MAC)));
    both(pod -> move(pod, new DeviceSelector.ByMac(HOST_MAC)));
    both(pod -> new LinkOp.ReturnDevice(BEFORE, pod, NET1, Optional.empty()));
    both(pod -> veth(pod, HOST_END, NET1, 1, false));
    both(pod -> move(pod, new DeviceSelector.ByName(name)));
  }

  private static LinkOp move(Netns pod, DeviceSelector selector) {
    return new LinkOp.MoveDevice(selector, pod, NET1, BEFORE, POD_REF);
  }

  @Test
  void tuningIsTakenBack() throws Exception {
    both(pod -> veth(pod, HOST_END, NET1, 1, false));
    both(pod -> tune(pod, Map.of("net.ipv4.conf.net1.arp_filter", "1"), OptionalInt.of(1300)));
    both(pod -> new LinkOp.Untune(pod, NET1, UNTUNED, LinkSettings.NONE));
    both(pod -> tune(pod, Map.of("net.core.somaxconn", "77"), OptionalInt.of(20)));
    both(pod -> tune(pod, Map.of("net.ipv4.nonsense", "1"), NONE));
    both(pod -> new LinkOp.Untune(pod, NET2, UNTUNED, LinkSettings.NONE));
  }

  private static LinkOp tune(Netns pod, Map<String, String> sysctls, OptionalInt mtu) {
    LinkSettings settings =
        new LinkSettings(
            sysctls,
            Optional.of(PARENT_MAC),
            mtu,
            Optional.of(true),
            Optional.of(true),
            OptionalInt.of(77));
    return new LinkOp.Tune(pod, NET1, settings, UNTUNED, new Ref<Link>("tuned"));
  }

  @Test
  void nicsAreHandedToAGuestAndTakenBack() throws Exception {
    IfName tap = new IfName("tap-net1");
    bridgeNic();
    both(pod -> new LinkOp.HandOver(pod, NET1, tap, 107, HANDED));
    both(pod -> new LinkOp.HandOver(pod, NET1, tap, 107, HANDED));
    both(pod -> new LinkOp.HandOver(pod, NET2, new IfName("tap-net2"), 107, HANDED));
    both(pod -> new LinkOp.TakeBack(pod, NET1, tap, HANDED));
    both(pod -> new LinkOp.TakeBack(pod, NET1, tap, HANDED));
    both(pod -> veth(pod, new IfName("h2"), tap, 2, false));
    both(pod -> new LinkOp.HandOver(pod, NET1, tap, 107, HANDED));
    both(pod -> new LinkOp.TakeBack(pod, NET1, tap, new Ref<>("nobody knows")));
    both(pod -> new LinkOp.TakeBack(pod, new IfName("gone"), tap, HANDED));
  }

  @Test
  void oneDefaultRouteIsKept() throws Exception {
    both(pod -> new LinkOp.SetLoopbackUp(pod, new Ref<>("lo"), new Ref<>("loLease")));
    both(pod -> veth(pod, HOST_END, NET1, 1, false));
    both(pod -> veth(pod, new IfName("h2"), NET2, 2, false));
    for (String host : List.of("veth0", "h2")) {
      both(_ -> new LinkOp.SetUp(Netns.HOST, new IfName(host)));
    }
    lease(List.of(), "10.1.0.3/24", "fd01::3/64");
    both(pod -> new LinkOp.SetUp(pod, NET1));
    both(pod -> new LinkOp.Configure(pod, NET1, USE, LinkOp.RouteStyle.SUBNET));
    lease(List.of(), "10.2.0.3/24", "fd02::3/64");
    both(pod -> new LinkOp.SetUp(pod, NET2));
    both(pod -> new LinkOp.Configure(pod, NET2, USE, LinkOp.RouteStyle.SUBNET));
    both(pod -> new LinkOp.KeepDefaultRoute(pod, new IfName("nope")));
    both(pod -> new LinkOp.KeepDefaultRoute(pod, NET2));
    both(pod -> new LinkOp.KeepDefaultRoute(pod, NET1));
    both(pod -> new LinkOp.SetDown(pod, NET2));
  }

  @Test
  void aBridgesNameThatIsTakenIsRefused() throws Exception {
    both(pod -> veth(pod, BR, NET1, 1, false));
    both(_ -> new LinkOp.EnsureBridge(BR, NONE, false, false, BRIDGE_REF));
  }
}

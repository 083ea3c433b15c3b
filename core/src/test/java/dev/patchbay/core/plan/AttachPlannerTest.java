package dev.patchbay.core.plan;

import static dev.patchbay.core.plan.Wanting.ETH0;
import static dev.patchbay.core.plan.Wanting.HOST;
import static dev.patchbay.core.plan.Wanting.NO;
import static dev.patchbay.core.plan.Wanting.NO_IPAM;
import static dev.patchbay.core.plan.Wanting.SANDBOX;
import static dev.patchbay.core.plan.Wanting.bridge;
import static dev.patchbay.core.plan.Wanting.dhcp;
import static dev.patchbay.core.plan.Wanting.fixed;
import static dev.patchbay.core.plan.Wanting.gateway;
import static dev.patchbay.core.plan.Wanting.hostDevice;
import static dev.patchbay.core.plan.Wanting.hostLocal;
import static dev.patchbay.core.plan.Wanting.macvlan;
import static dev.patchbay.core.plan.Wanting.made;
import static dev.patchbay.core.plan.Wanting.nic;
import static dev.patchbay.core.plan.Wanting.plugin;
import static dev.patchbay.core.plan.Wanting.ptp;
import static dev.patchbay.core.plan.Wanting.tap;
import static dev.patchbay.core.plan.Wanting.tuning;
import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.NicKind;
import dev.patchbay.core.nic.VlanRange;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AttachPlannerTest {
  private static AttachPlanner.Planning plan(HostView host, Attachment... wanted) {
    return AttachPlanner.plan(SANDBOX, List.of(wanted), Optional.of(wanted[0].ifName()), host);
  }

  private static AttachPlanner.Planning.Ready ready(Attachment... wanted) {
    return (AttachPlanner.Planning.Ready) plan(HOST, wanted);
  }

  private static AttachFailure refusal(HostView host, NicKind kind) {
    var refused = (AttachPlanner.Planning.Refused) plan(host, nic("net1", made(kind, hostLocal())));
    return refused.why();
  }

  /** The simple names of the ops, a kind of table of contents. */
  private static List<String> ops(Attachment... wanted) {
    return ready(wanted).whole().steps().map(step -> step.op().getClass().getSimpleName()).toList();
  }

  private static <T extends Op> T only(Class<T> type, Attachment... wanted) {
    return of(type, ready(wanted).whole().steps().map(Step::op)).getFirst();
  }

  private static <T extends Op> List<T> of(Class<T> type, Stream<? extends Op> ops) {
    return ops.filter(type::isInstance).map(type::cast).toList();
  }

  @Test
  void bridgeThatIsTheGatewayTakesItsAddressFirstAndAnnouncesLast() {
    assertThat(ops(nic("eth0", made(gateway(), hostLocal()))))
        .containsExactly(
            "Reserve",
            "EnsureBridge",
            "AddVeth",
            "EnsureGateway",
            "EnsureForwarding",
            "EnsureMasquerade",
            "SetUp",
            "Configure",
            "Announce");
  }

  @Test
  void bridgeWithoutAddressesIsALinkAndNoMore() {
    assertThat(ops(nic("eth0", made(bridge(), NO_IPAM))))
        .containsExactly("EnsureBridge", "AddVeth", "SetUp");
    assertThat(ops(nic("eth0", made(gateway(), NO_IPAM))))
        .containsExactly("EnsureBridge", "AddVeth", "SetUp");
  }

  @Test
  void portWithVlanFiltersAndItsGatewayIsTheVlansInterface() {
    var kind =
        new NicKind.Bridge(
            new IfName("br0"),
            true,
            false,
            true,
            false,
            true,
            false,
            true,
            OptionalInt.of(1400),
            OptionalInt.of(100),
            List.of(),
            false,
            true);
    Attachment wanted = nic("eth0", made(kind, hostLocal()));
    assertThat(ops(wanted))
        .containsExactly(
            "Reserve",
            "EnsureBridge",
            "AddVeth",
            "SetPort",
            "EnsureGateway",
            "EnsureForwarding",
            "SetUp",
            "Configure",
            "AwaitOp",
            "Announce");
    assertThat(only(LinkOp.EnsureBridge.class, wanted).vlanFiltering()).isTrue();
    assertThat(only(LinkOp.EnsureGateway.class, wanted).vlan()).hasValue(100);
    assertThat(only(LinkOp.EnsureGateway.class, wanted).force()).isTrue();
    assertThat(only(LinkOp.AddVeth.class, wanted).mtu()).hasValue(1400);
    LinkOp.SetPort port = only(LinkOp.SetPort.class, wanted);
    assertThat(port)
        .isEqualTo(
            new LinkOp.SetPort(
                new Ref<>("eth0.host"), true, true, OptionalInt.of(100), List.of(), false));
  }

  @Test
  void trunkPortFiltersToo() {
    var trunk = List.of(new VlanRange(10, 20));
    var kind =
        new NicKind.Bridge(
            new IfName("br0"),
            false,
            false,
            false,
            false,
            false,
            false,
            false,
            NO,
            NO,
            trunk,
            false,
            false);
    Attachment wanted = nic("eth0", made(kind, NO_IPAM));
    assertThat(only(LinkOp.EnsureBridge.class, wanted).vlanFiltering()).isTrue();
    assertThat(only(LinkOp.SetPort.class, wanted).trunk()).isEqualTo(trunk);
  }

  @Test
  void dhcpIsAskedWhenTheLinkIsThereAndBeforeAnythingNeedsTheAddress() {
    assertThat(ops(nic("net1", made(macvlan(Optional.of(ETH0), NO, false), dhcp()))))
        .containsExactly("AddMacvlan", "Allocate", "SetUp", "Configure", "Announce");
    assertThat(ops(nic("net1", made(gateway(), dhcp()))))
        .containsSubsequence("AddVeth", "Allocate", "EnsureGateway", "Configure");
    Step allocate =
        ready(nic("net1", made(macvlan(Optional.of(ETH0), NO, false), dhcp())))
            .whole()
            .steps()
            .filter(step -> step.op() instanceof ExecOp.Allocate)
            .findFirst()
            .orElseThrow();
    var call = ((ExecOp.Allocate) allocate.op()).call();
    assertThat(allocate.undo()).contains(new ExecOp.Del(call, ExecOp.Prior.NONE));
    assertThat(call.type()).isEqualTo("dhcp");
  }

  @Test
  void macvlanWithoutMasterTakesTheLinkOfTheDefaultRoute() {
    Attachment wanted = nic("net1", made(macvlan(Optional.empty(), NO, false), fixed()));
    assertThat(only(LinkOp.AddMacvlan.class, wanted).parent()).isEqualTo(ETH0);
    assertThat(ops(wanted))
        .containsExactly("Fixed", "AddMacvlan", "SetUp", "Configure", "Announce");
  }

  @Test
  void macvlanInThePodIsMadeInThePodWithoutLookingAtTheHost() {
    var kind = macvlan(Optional.of(new IfName("eth7")), OptionalInt.of(9000), true);
    var op = only(LinkOp.AddMacvlan.class, nic("net1", made(kind, NO_IPAM)));
    assertThat(op.parentNetns()).isEqualTo(SANDBOX.netns());
  }

  @Test
  void otherKindsHaveTheirOwnSteps() {
    assertThat(ops(nic("net1", made(hostDevice("eth9"), hostLocal()))))
        .containsExactly("Reserve", "MoveDevice", "SetUp", "Configure", "Announce");
    assertThat(ops(nic("eth0", made(ptp(), hostLocal()))))
        .containsExactly(
            "Reserve",
            "AddVeth",
            "EnsureForwarding",
            "RouteToPod",
            "EnsureMasquerade",
            "SetUp",
            "Configure",
            "Announce");
    assertThat(only(LinkOp.Configure.class, nic("eth0", made(ptp(), hostLocal()))).style())
        .isEqualTo(LinkOp.RouteStyle.VIA_GATEWAY);
    assertThat(ops(nic("tap0", made(tap(), fixed("10.1.0.2/24")))))
        .containsExactly("Fixed", "AddTap", "SetUp", "Configure");
    assertThat(ops(nic("lo", made(new NicKind.Loopback(), NO_IPAM))))
        .containsExactly("SetLoopbackUp");
  }

  @Test
  void addressAskedForIsTheLinks() {
    var asked = new MacAddress("0a:58:0a:01:00:02");
    var member =
        new Attachment.Member.Native(bridge(), NO_IPAM, Optional.of(asked), Optional.empty());
    assertThat(only(LinkOp.AddVeth.class, nic("eth0", member)).mac()).isEqualTo(asked);
    assertThat(only(LinkOp.AddVeth.class, nic("eth0", made(bridge(), NO_IPAM))).mac())
        .isEqualTo(NicIdentity.of("c1", ETH0).podMac());
  }

  @Test
  void everyDelOfAChainGetsTheChainsLastResultAndEveryAddTheOneSoFar() {
    Attachment wanted =
        nic("eth0", made(bridge(), hostLocal()), plugin("portmap"), tuning(), plugin("bandwidth"));
    var ready = ready(wanted);
    List<Step> steps = ready.whole().steps().toList();
    Ref<DelegateResult> portmap = new Ref<>("eth0.result1");
    Ref<DelegateResult> bandwidth = new Ref<>("eth0.result3");
    var adds = of(ExecOp.Add.class, steps.stream().map(Step::op));
    assertThat(adds).extracting(ExecOp.Add::result).containsExactly(portmap, bandwidth);
    assertThat(adds.getFirst().prior().outline()).isPresent();
    assertThat(adds.getLast().prior())
        .isEqualTo(ExecOp.Prior.of(portmap).tuned(new Ref<>("eth0.tuned2")));
    ExecOp.Prior last = ExecOp.Prior.of(bandwidth);
    assertThat(of(ExecOp.Del.class, steps.stream().flatMap(step -> step.undo().stream())))
        .extracting(ExecOp.Del::prior)
        .containsExactly(last, last);
    PlannedNic nic = ready.nics().getFirst();
    assertThat(nic.result()).isEqualTo(last);
    assertThat(nic.checks())
        .extracting(check -> check.call().type(), ExecOp.Check::prior)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("portmap", last),
            org.assertj.core.groups.Tuple.tuple("bandwidth", last));
  }

  @Test
  void delOfAChainThatEndsWithTuningGetsTheTunedResult() {
    var ready = ready(nic("eth0", plugin("flannel"), tuning()));
    ExecOp.Prior last =
        ExecOp.Prior.of(new Ref<DelegateResult>("eth0.result0")).tuned(new Ref<>("eth0.tuned1"));
    assertThat(ready.nics().getFirst().result()).isEqualTo(last);
    assertThat(of(ExecOp.Del.class, ready.whole().steps().flatMap(step -> step.undo().stream())))
        .extracting(ExecOp.Del::prior)
        .containsExactly(last);
  }

  @Test
  void tunedLinkOfOurOwnTakesThePlaceOfTheFormerInTheResult() {
    var result = ready(nic("eth0", made(bridge(), NO_IPAM), tuning())).nics().getFirst().result();
    var outline = result.outline().orElseThrow();
    assertThat(outline.pod()).isEqualTo(new Ref<Link>("eth0.tuned1"));
    assertThat(outline.links())
        .extracting(Ref::name)
        .containsExactly("eth0.bridge", "eth0.host", "eth0.tuned1");
  }

  @Test
  void defaultRouteIsKeptOnlyWhenSeveralNicsComeTogether() {
    Attachment one = nic("eth0", made(bridge(), hostLocal()));
    Attachment two = nic("net1", made(bridge(), hostLocal()));
    assertThat(ops(one)).doesNotContain("KeepDefaultRoute");
    assertThat(ops(one, two)).endsWith("KeepDefaultRoute").containsOnlyOnce("KeepDefaultRoute");
    assertThat(only(LinkOp.KeepDefaultRoute.class, one, two).keep()).isEqualTo(ETH0);
    var unnamed = AttachPlanner.plan(SANDBOX, List.of(one, two), Optional.empty(), HOST);
    assertThat(((AttachPlanner.Planning.Ready) unnamed).afterwards().isEmpty()).isTrue();
  }

  @Test
  void defaultRouteThatThePodsOwnerAsksForIsAddedAndWinsOverThePrimarys() {
    Attachment one = nic("eth0", made(gateway(), hostLocal()));
    Attachment plain = nic("net1", made(bridge(), hostLocal()));
    Attachment two =
        new Attachment(
            plain.ifName(),
            plain.network(),
            plain.cniVersion(),
            plain.origin(),
            plain.chain(),
            List.of(Cidr.ip("10.1.0.254")));
    assertThat(ops(one, two)).endsWith("AddDefaultRoute", "KeepDefaultRoute");
    assertThat(only(LinkOp.AddDefaultRoute.class, one, two))
        .isEqualTo(
            new LinkOp.AddDefaultRoute(
                SANDBOX.netns(), two.ifName(), List.of(Cidr.ip("10.1.0.254"))));
    assertThat(only(LinkOp.KeepDefaultRoute.class, one, two).keep()).isEqualTo(two.ifName());
    assertThat(ops(two)).endsWith("AddDefaultRoute");
  }

  @Test
  void laterNicMayBeASliceOfABridgeThatTheSameRequestMakes() {
    var slice = macvlan(Optional.of(new IfName("br0")), NO, false);
    Attachment first = nic("eth0", made(bridge(), NO_IPAM));
    Attachment second = nic("net1", made(slice, NO_IPAM));
    assertThat(ops(first, second)).containsSubsequence("EnsureBridge", "AddMacvlan");
    assertThat(plan(HOST, second, first))
        .isInstanceOfSatisfying(
            AttachPlanner.Planning.Refused.class,
            refused -> assertThat(refused.why()).isInstanceOf(AttachFailure.ParentMissing.class));
  }

  @Test
  void nicsOfOneContainerComeOneAfterAnother() {
    Plan whole =
        ready(nic("eth0", made(bridge(), NO_IPAM)), nic("net1", made(bridge(), NO_IPAM))).whole();
    assertThat(((Plan.Sequence) whole).parts()).hasSize(3);
    assertThat(((Plan.Sequence) whole).parts().getFirst().steps().map(Step::op))
        .anyMatch(op -> op instanceof LinkOp.AddVeth veth && veth.name().equals(ETH0));
  }

  @Test
  void nothingWantedNeedsNothing() {
    var ready =
        (AttachPlanner.Planning.Ready)
            AttachPlanner.plan(SANDBOX, List.of(), Optional.empty(), HOST);
    assertThat(ready.whole().isEmpty()).isTrue();
  }

  @Test
  void sameNameTwiceIsRefused() {
    Attachment second = nic("eth0", made(tap(), NO_IPAM));
    var refused =
        (AttachPlanner.Planning.Refused) plan(HOST, nic("eth0", made(bridge(), NO_IPAM)), second);
    assertThat(refused.attachment()).isEqualTo(second);
    assertThat(refused.why().message())
        .isEqualTo("interface \"eth0\" already exists in this very request");
  }

  @Test
  void missingParentIsRefusedWithTheLinksThatAreThere() {
    var host =
        new HostView(Map.of(), Optional.empty(), List.of(new IfName("eth1"), new IfName("eth3")));
    AttachFailure why = refusal(host, macvlan(Optional.of(ETH0), NO, false));
    assertThat(why.message()).isEqualTo("no parent link \"eth0\"");
    assertThat(why.remedy()).isEqualTo("the host has eth1, eth3");
    assertThat(why.retryable()).isTrue();
  }

  @Test
  void macvlanLargerThanItsParentIsRefusedWithTheParentsMtu() {
    AttachFailure why = refusal(HOST, macvlan(Optional.of(ETH0), OptionalInt.of(9000), false));
    assertThat(why.message()).isEqualTo("\"mtu\" 9000 is more than the 1500 of parent \"eth0\"");
    assertThat(why.remedy()).isEqualTo("ask for at most 1500");
  }

  @Test
  void macvlanWithoutAnyParentIsRefused() {
    var host = new HostView(Map.of(), Optional.empty(), List.of());
    assertThat(refusal(host, macvlan(Optional.empty(), NO, false)).message())
        .isEqualTo("no \"master\", and the host has no default route to take it from");
    assertThat(refusal(HOST, macvlan(Optional.empty(), NO, true)).message())
        .isEqualTo("\"linkInContainer\" needs \"master\"");
  }
}

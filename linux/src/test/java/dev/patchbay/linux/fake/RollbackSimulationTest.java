package dev.patchbay.linux.fake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.core.nic.Addressing;
import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.DeviceSelector;
import dev.patchbay.core.nic.Dns;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.MacvlanMode;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.nic.NicKind;
import dev.patchbay.core.nic.Origin;
import dev.patchbay.core.nic.Owner;
import dev.patchbay.core.nic.Route;
import dev.patchbay.core.plan.AttachPlanner;
import dev.patchbay.core.plan.Attachment;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.BoundPort;
import dev.patchbay.core.plan.HostView;
import dev.patchbay.core.plan.Lease;
import dev.patchbay.core.plan.LeaseOp;
import dev.patchbay.core.plan.LinkOp;
import dev.patchbay.core.plan.LinkSettings;
import dev.patchbay.core.plan.Outcome;
import dev.patchbay.core.plan.Performed;
import dev.patchbay.core.plan.Performers;
import dev.patchbay.core.plan.Plan;
import dev.patchbay.core.plan.PlanApplier;
import dev.patchbay.core.plan.PlanWatch;
import dev.patchbay.core.plan.PortOp;
import dev.patchbay.core.plan.Ref;
import dev.patchbay.core.plan.Sandbox;
import dev.patchbay.core.plan.Step;
import dev.patchbay.core.plan.UndoPlanner;
import dev.patchbay.linux.libc.Errno;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * A pod with a NIC of every native kind, planned by the real planner, failed and crashed at each
 * kernel op in turn: the machine is as before, but for shared objects.
 */
class RollbackSimulationTest {
  private static final IfName PARENT = new IfName("eth9");
  private static final IfName LENT = new IfName("ens2");
  private static final LinkSettings TUNED =
      new LinkSettings(
          Map.of(),
          Optional.empty(),
          OptionalInt.of(1400),
          Optional.of(false),
          Optional.of(true),
          OptionalInt.of(77));
  private static final OptionalInt NO = OptionalInt.empty();

  private static final class Machine {
    final FakeKernel kernel = new FakeKernel();
    final Netns pod = kernel.createNetns("/run/netns/pod");
    final Plan plan;
    final String before;

    Machine() {
      kernel.addDevice(PARENT, new MacAddress("52:54:00:00:00:09"), "0000:00:09.0");
      kernel.addDevice(new IfName("ens1"), new MacAddress("52:54:00:00:00:01"), "0000:00:01.0");
      kernel.addDummy(Netns.HOST, LENT, new MacAddress("52:54:00:00:00:02"));
      // settings that are nobody's default, so that putting back defaults would show
      LinkOp tune = new LinkOp.Tune(Netns.HOST, LENT, TUNED, new Ref<>("a"), new Ref<>("b"));
      kernel.execute(List.of(tune, new LinkOp.SetUp(Netns.HOST, LENT)), Bindings.NONE);
      before = kernel.dumpWithoutShared();
      var sandbox =
          new Sandbox(new Owner.Container("test", "c1"), "c1", pod, "", List.of("/opt/cni/bin"));
      var planning =
          AttachPlanner.plan(
              sandbox,
              attachments(),
              Optional.of(new IfName("eth0")),
              kernel.view(Set.of(PARENT)).changing(former()));
      assertThat(planning).isInstanceOf(AttachPlanner.Planning.Ready.class);
      plan = ((AttachPlanner.Planning.Ready) planning).whole();
    }

    private HostView.Former former() {
      DeviceSelector lent = new DeviceSelector.ByName(LENT);
      DeviceSelector card = new DeviceSelector.ByName(new IfName("ens1"));
      return new HostView.Former(
          Map.of(lent, kernel.device(lent).orElseThrow(), card, kernel.device(card).orElseThrow()),
          Map.of());
    }

    PlanApplier applier() {
      Performers.Leases leases =
          (op, _) -> {
            var fixed = (LeaseOp.Fixed) op;
            return Performed.yielding(fixed.lease(), new Lease(fixed.addressing()));
          };
      return new PlanApplier(
          new Performers(
              kernel,
              leases,
              (op, _) -> port(op),
              (op, _) -> unexpected(op),
              (op, _) -> unexpected(op),
              (_, _) -> Performed.done()),
          PlanWatch.NONE);
    }

    private static Performed port(PortOp op) {
      return switch (op) {
        case PortOp.BindPort(var claim, var port, var lease) ->
            new Performed.Done(
                Bindings.of(port, new BoundPort("ns", claim.port(), "demo", "blue"))
                    .and(Bindings.of(lease, new Lease(addressing(6)))));
        case PortOp.UnbindPort _, PortOp.ReleasePort _ -> Performed.done();
      };
    }

    private static Performed unexpected(Object op) {
      throw new IllegalStateException("not planned for: " + op);
    }

    Outcome apply() {
      return applier().apply(plan, Bindings.NONE);
    }

    /** As after a kill: nobody knows which steps were taken, and nothing is bound. */
    Outcome recover() {
      List<Step> all = plan.steps().toList();
      return applier().undo(UndoPlanner.undo(all), Bindings.NONE);
    }
  }

  private static List<Attachment> attachments() {
    var bridge =
        new NicKind.Bridge(
            new IfName("br0"),
            true,
            true,
            false,
            true,
            true,
            false,
            false,
            NO,
            NO,
            List.of(),
            false,
            false);
    var macvlan = new NicKind.Macvlan(Optional.of(PARENT), MacvlanMode.BRIDGE, NO, false, NO);
    var device = new NicKind.HostDevice(new DeviceSelector.ByName(new IfName("ens1")));
    var tap = new NicKind.Tap(false, NO, NO, NO, Optional.empty());
    return List.of(
        nic("lo", 0, new NicKind.Loopback()),
        nic("eth0", 1, bridge),
        nic("net1", 2, new NicKind.Ptp(true, NO)),
        nic("net2", 3, macvlan),
        nic("net3", 4, device),
        nic("net4", 5, tap),
        port(),
        nic("net6", 6, new NicKind.HostDevice(new DeviceSelector.ByName(LENT))));
  }

  private static Attachment port() {
    var kind =
        new NicKind.VpcPort(
            Netns.at("/run/netns/vpc-demo"),
            new IfName("sn-blue"),
            NO,
            true,
            Optional.of(new NicKind.Uplink(new IfName("vpc-demo"), Cidr.parse("100.127.0.0/24"))),
            true);
    var ipam =
        new Attachment.Ipam.Port(
            "ns",
            "demo",
            "blue",
            Optional.empty(),
            Optional.empty(),
            List.of(),
            Optional.of(PortOp.DefaultRoute.PLAIN),
            "");
    return new Attachment(
        new IfName("net5"),
        "demo",
        "1.1.0",
        new Origin("test", "here", "net5"),
        List.of(new Attachment.Member.Native(kind, ipam, Optional.empty(), Optional.empty())));
  }

  private static Addressing addressing(int number) {
    return new Addressing(
        List.of(
            new Addressing.Ip(
                Cidr.parse("10.1." + number + ".5/24"),
                Optional.of(Cidr.ip("10.1." + number + ".1")))),
        List.of(Route.to(Cidr.parse("10.2." + number + ".0/24"), Optional.empty())),
        Dns.NONE);
  }

  private static Attachment nic(String name, int number, NicKind kind) {
    Attachment.Ipam ipam =
        number == 0 ? new Attachment.Ipam.None() : new Attachment.Ipam.Static(addressing(number));
    List<Attachment.Member> chain = new ArrayList<>();
    chain.add(new Attachment.Member.Native(kind, ipam, Optional.empty(), Optional.empty()));
    if (number == 6) {
      chain.add(
          new Attachment.Member.Tuning(
              new LinkSettings(
                  Map.of(),
                  Optional.of(new MacAddress("52:54:00:00:00:03")),
                  OptionalInt.of(1300),
                  Optional.of(true),
                  Optional.of(false),
                  OptionalInt.of(500))));
    }
    if (number == 2) {
      chain.add(
          new Attachment.Member.Tuning(
              new LinkSettings(
                  Map.of("net.ipv4.conf." + name + ".rp_filter", "2"),
                  Optional.empty(),
                  OptionalInt.of(1400),
                  Optional.empty(),
                  Optional.empty(),
                  NO)));
    }
    return new Attachment(
        new IfName(name), "network" + number, "1.1.0", new Origin("test", "here", name), chain);
  }

  private static int kernelOps() {
    return (int) new Machine().plan.steps().filter(step -> step.op() instanceof LinkOp).count();
  }

  @Test
  void everyKindIsAttachedAndTakenBack() {
    var machine = new Machine();
    assertThat(machine.apply()).isInstanceOf(Outcome.Done.class);
    assertThat(machine.kernel.links(machine.pod)).hasSize(8);
    assertThat(machine.recover()).isInstanceOf(Outcome.Done.class);
    assertThat(machine.kernel.dumpWithoutShared()).isEqualTo(machine.before);
  }

  @Test
  void failureAtAnyOpLeavesTheMachineAsBefore() {
    for (int n = 1; n <= kernelOps(); n++) {
      var machine = new Machine();
      machine.kernel.failNth(n, Errno.EBUSY, "");
      assertThat(machine.apply()).as("op %d", n).isInstanceOf(Outcome.RolledBack.class);
      assertThat(machine.kernel.dumpWithoutShared()).as("op %d", n).isEqualTo(machine.before);
    }
  }

  @Test
  void killAtAnyOpIsRecoveredFromThePlanAlone() {
    for (int n = 1; n <= kernelOps(); n++) {
      for (boolean happened : new boolean[] {false, true}) {
        var machine = new Machine();
        if (happened) {
          machine.kernel.crashAfter(n);
        } else {
          machine.kernel.crashBefore(n);
        }
        try {
          assertThat(machine.apply()).as("op %d was not reached", n).isNull();
        } catch (Crash crash) {
          assertThat(machine.recover()).as("%s", crash).isInstanceOf(Outcome.Done.class);
          assertThat(machine.kernel.dumpWithoutShared()).as("%s", crash).isEqualTo(machine.before);
        }
      }
    }
  }

  @Test
  void podThatDiesGivesItsDeviceBackByUndoingItsPlan() {
    var machine = new Machine();
    machine.apply();
    // a software link dies with its namespace
    machine.kernel.delete(machine.pod, new IfName("net6"));
    machine.kernel.destroyNetns(machine.pod);
    assertThat(machine.recover()).isInstanceOf(Outcome.Done.class);
    assertThat(machine.kernel.dumpWithoutShared())
        .isEqualTo(
            machine.before.replaceAll("(?s)netns .*", "").replaceAll("(?m)^ *link ens2.*\n", ""));
  }
}

package dev.patchbay.core.plan;

import dev.patchbay.core.nic.Dns;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.Netns;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Steps of each kind of undo, told apart by a name. */
final class Steps {
  static final Netns POD = Netns.at("/run/netns/pod");
  static final MacAddress MAC = new MacAddress("02:00:00:00:00:01");

  static final Duration PATIENCE = Duration.ofSeconds(5);

  private Steps() {}

  /** A link that is deleted to undo it. */
  static Step tap(String name) {
    IfName ifName = new IfName(name);
    Ref<Link> made = new Ref<>(name);
    OptionalInt no = OptionalInt.empty();
    return Step.of(
        new LinkOp.AddTap(POD, ifName, MAC, no, false, no, no, Optional.empty(), made),
        new LinkOp.DeleteLink(POD, ifName, MAC, made),
        "tap " + name);
  }

  /** A setting that is put back to undo it. */
  static Step loopback(String name) {
    return Step.of(
        new LinkOp.SetUp(POD, new IfName(name)),
        new LinkOp.SetDown(POD, new IfName(name)),
        "up " + name);
  }

  /** A shared object, which nothing undoes. */
  static Step shared(String lease) {
    return Step.of(
        new LinkOp.EnsureForwarding(AddressUse.plain(new Ref<>(lease))), "shared " + lease);
  }

  static Step lease(String name) {
    var pool = new LeaseOp.Pool(name, "/var/lib/cni/networks", List.of(), List.of(), Dns.NONE);
    var holder = new LeaseOp.Holder("c1", new IfName(name));
    Ref<Lease> lease = new Ref<>(name);
    return Step.of(
        new LeaseOp.Reserve(pool, holder, List.of(), lease),
        new LeaseOp.Release(pool, holder, lease),
        "lease " + name);
  }

  static Step plugin(String type) {
    var call =
        new ExecOp.DelegateCall(type, "{}", "c1", POD, new IfName("eth0"), "", List.of("/bin"));
    return Step.of(
        new ExecOp.Add(call, ExecOp.Prior.NONE, new Ref<>(type)),
        new ExecOp.Del(call, ExecOp.Prior.NONE),
        "plugin " + type);
  }

  /** A device of a guest, which takes its time to let go. */
  static Step guest(String device) {
    return Step.of(
        new GuestOp.PlugDevice("vm", device, new IfName("tap-" + device), new Ref<>(device)),
        new GuestOp.UnplugDevice("vm", device, PATIENCE),
        "guest's " + device);
  }

  /** The last look at a device that was to go. */
  static AwaitOp shellOf(String device) {
    return new AwaitOp(
        new AwaitOp.Condition.DeviceDeleted("vm", device), Duration.ZERO, AwaitOp.Late.SUSPENDS);
  }

  static Step await(String device, AwaitOp.Late late) {
    return Step.of(
        new AwaitOp(new AwaitOp.Condition.DeviceDeleted("vm", device), Duration.ofSeconds(3), late),
        "await " + device);
  }

  static Op undoOf(Step step) {
    return step.undo().orElseThrow();
  }
}

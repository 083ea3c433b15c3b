package dev.patchbay.linux.fake;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.HandedOver;
import dev.patchbay.core.plan.LinkOp;
import dev.patchbay.core.plan.Performed;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;

/** NICs that virtual machines get; each tap remembers the settings that its NIC had before. */
record GuestOps(World world, Bindings bound) {
  private static final Map<String, String> QUIET =
      Map.of(
          "ipv4/arp_notify", "0",
          "ipv6/ndisc_notify", "0",
          "ipv6/accept_dad", "0",
          "ipv6/accept_ra", "0",
          "ipv6/addr_gen_mode", "1");

  Performed handOver(LinkOp.HandOver op) {
    FakeNetns pod = world.netns(op.netns());
    FakeLink nic = world.link(pod, op.nic(), "hand over " + op.nic());
    if (nic.redirectedTo.isPresent()) {
      throw new Refusal(
          new AttachFailure.InvalidField(
              "interface",
              op.nic().value(),
              "interface " + op.nic() + " in " + op.netns() + " has filters of somebody else's",
              "leave out the plugin that puts an ingress or clsact qdisc on it"));
    }
    var shape = new LinkShape.Tap(false, OptionalInt.of(op.owner()), OptionalInt.empty());
    FakeLink tap = world.add(pod, shape, op.tap(), world.freshMac(), nic.mtu);
    LinkState.setSysctl(world, tap, "ipv6", "disable_ipv6", "1");
    LinkState.up(world, tap);
    nic.redirectedTo = OptionalLong.of(tap.id);
    tap.redirectedTo = OptionalLong.of(nic.id);
    QUIET.forEach((leaf, quiet) ->
        LinkState.sysctl(world, pod, key(op.nic(), leaf))
            .filter(now -> !now.equals(quiet))
            .ifPresent(now -> {
              tap.remembers.put(leaf, now);
              LinkState.setSysctl(world, pod, key(op.nic(), leaf), quiet);
            }));
    return Performed.yielding(
        op.handed(), new HandedOver(nic.mac, nic.mtu, tap.index, tap.remembers));
  }

  private static SysctlKey key(IfName nic, String leaf) {
    return SysctlKey.parse("net/" + leaf.replace("/", "/conf/" + nic + "/"));
  }

  Performed takeBack(LinkOp.TakeBack op) {
    Optional<FakeNetns> pod = world.find(op.netns());
    pod.ifPresent(there -> {
      Optional<FakeLink> tap =
          world.find(there, op.tap()).filter(link -> link.shape instanceof LinkShape.Tap);
      world.find(there, op.nic()).ifPresent(nic -> release(there, nic, tap, op));
      tap.ifPresent(world::delete);
    });
    return Performed.done();
  }

  private void release(FakeNetns pod, FakeLink nic, Optional<FakeLink> tap, LinkOp.TakeBack op) {
    nic.redirectedTo = OptionalLong.empty();
    Map<String, String> formerly =
        bound
            .handedOver(op.handed())
            .map(HandedOver::formerly)
            .or(() -> tap.map(link -> link.remembers))
            .orElseGet(TreeMap::new);
    formerly.forEach((leaf, value) -> LinkState.setSysctl(world, pod, key(op.nic(), leaf), value));
  }
}

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

/** NICs that virtual machines get. */
record GuestOps(World world, Bindings bound) {
  private static final Map<String, String> QUIET = Map.of("accept_ra", "0", "addr_gen_mode", "1");

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
    Map<String, String> formerly = new TreeMap<>();
    QUIET.forEach((leaf, value) -> {
      SysctlKey key = key(op.nic(), leaf);
      LinkState.sysctl(world, pod, key)
          .filter(now -> !now.equals(value))
          .ifPresent(now -> {
            formerly.put(key.toString(), now);
            LinkState.setSysctl(world, pod, key, value);
          });
    });
    return Performed.yielding(op.handed(), new HandedOver(nic.mac, nic.mtu, tap.index, formerly));
  }

  private static SysctlKey key(IfName nic, String leaf) {
    return SysctlKey.parse("net/ipv6/conf/" + nic + "/" + leaf);
  }

  Performed takeBack(LinkOp.TakeBack op) {
    Optional<FakeNetns> pod = world.find(op.netns());
    pod.ifPresent(there -> {
      world.find(there, op.nic()).ifPresent(nic -> release(there, nic, op));
      world
          .find(there, op.tap())
          .filter(link -> link.shape instanceof LinkShape.Tap)
          .ifPresent(world::delete);
    });
    return Performed.done();
  }

  private void release(FakeNetns pod, FakeLink nic, LinkOp.TakeBack op) {
    nic.redirectedTo = OptionalLong.empty();
    Map<String, String> was = new TreeMap<>();
    QUIET
        .keySet()
        .forEach(leaf ->
            LinkState.sysctl(world, pod, SysctlKey.parse("net/ipv6/conf/default/" + leaf))
                .ifPresent(value -> was.put(key(op.nic(), leaf).toString(), value)));
    bound
        .handedOver(op.handed())
        .ifPresent(handed -> {
          was.clear();
          was.putAll(handed.formerly());
        });
    was.forEach((key, value) -> LinkState.setSysctl(world, pod, SysctlKey.parse(key), value));
  }
}

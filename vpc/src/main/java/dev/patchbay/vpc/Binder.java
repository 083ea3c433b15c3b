package dev.patchbay.vpc;

import dev.patchbay.core.nic.Addressing;
import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.Route;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.BoundPort;
import dev.patchbay.core.plan.Lease;
import dev.patchbay.core.plan.Performed;
import dev.patchbay.core.plan.PortOp;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Gives ports to NICs and takes them back, each by one change of its subnet's grants.
 *
 * @param store where they are
 * @param catalog makes what nobody has defined
 * @param settings of this node
 */
record Binder(VpcStore store, Catalog catalog, VpcSettings settings) {
  /** As many as may reasonably be faster, one after another. */
  private static final int ATTEMPTS = 64;

  Performed bind(PortOp.BindPort op) {
    PortOp.Claim claim = op.claim();
    Key key = new Key(claim.namespace(), claim.port());
    Holder holder = new Holder(claim.holder(), settings.node());
    requireSubnet(claim);
    Port port = port(claim, key, holder);
    Subnet subnet =
        change(claim, now -> granted(now, port, claim, holder))
            .orElseThrow(() ->
                Catalog.refused(
                    "subnet",
                    claim.subnet(),
                    "subnet " + claim.subnet() + " is gone",
                    "try again"));
    Grant grant = subnet.grant(claim.port()).orElseThrow();
    if (!tell(key, grant)) {
      giveBack(claim, true);
      throw Catalog.refused(
          "portid", claim.port(), "port " + key + " was deleted meanwhile", "name another one");
    }
    return new Performed.Done(
        Bindings.of(
                op.port(),
                new BoundPort(claim.namespace(), claim.port(), claim.vpc(), claim.subnet()))
            .and(Bindings.of(op.lease(), new Lease(addressing(subnet, grant, claim)))));
  }

  private void requireSubnet(PortOp.Claim claim) {
    Key key = new Key(claim.namespace(), claim.subnet());
    if (store.get(Subnet.class, key).isEmpty()) {
      catalog.make(
          new PortRequest(
              claim.namespace(),
              claim.vpc(),
              Optional.of(claim.subnet()),
              Optional.empty(),
              List.of(),
              Optional.empty(),
              ""));
    }
  }

  /** The port, which is made when it is to be ours; one of ours in another subnet is made anew. */
  private Port port(PortOp.Claim claim, Key key, Holder holder) {
    Optional<Port> there = store.get(Port.class, key).map(Stored::object);
    if (there.isPresent() && claim.ours() && !there.get().subnet().equals(claim.subnet())) {
      Port old = there.get();
      Subnet subnet = subnetOf(old).orElse(null);
      Optional<Grant> grant = subnet == null ? Optional.empty() : subnet.grant(key.name());
      refuseHeld(key, grant, holder.who());
      dropGrant(old);
      store.delete(old);
      there = Optional.empty();
    }
    if (there.isPresent()) {
      return there.get();
    }
    if (!claim.ours()) {
      throw Catalog.refused(
          "portid", key.name(), "there is no port " + key + " any more", "name another one");
    }
    Port made =
        new Port(
            key,
            claim.subnet(),
            Optional.of(claim.mac()),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(holder),
            Optional.empty());
    store.create(made);
    return made;
  }

  private Optional<Subnet> subnetOf(Port port) {
    return store
        .get(Subnet.class, new Key(port.key().namespace(), port.subnet()))
        .map(Stored::object);
  }

  private Subnet granted(Subnet subnet, Port port, PortOp.Claim claim, Holder holder) {
    String name = claim.port();
    Optional<Grant> before = subnet.grant(name);
    refuseHeld(port.key(), before, holder.who());
    if (port.node().filter(node -> !node.equals(settings.node())).isPresent()) {
      throw new Catalog.Refusal(
          new AttachFailure.PortElsewhere(
              port.key().toString(), port.node().orElseThrow(), settings.node()));
    }
    MacAddress mac = Catalog.mac(port, subnet);
    if (!mac.equals(claim.mac())) {
      throw new Catalog.Refusal(
          new AttachFailure.ProviderAway(
              "port " + port.key(), "its MAC address is " + mac + " now, not " + claim.mac()));
    }
    Subnet clean = withoutDeleted(subnet);
    Allocation allocation = new Allocation(clean);
    allocation
        .refuse(name, mac)
        .ifPresent(why -> {
          throw new Catalog.Refusal(why);
        });
    List<InetAddress> addresses =
        switch (choose(allocation, port, claim, before)) {
          case Allocation.Choice.Taken(var taken) -> taken;
          case Allocation.Choice.Refused(var why) -> throw new Catalog.Refusal(why);
        };
    return clean.with(name, new Grant(mac, addresses, Optional.of(holder)));
  }

  /** Another NIC's port is not to be had, nor one of another life of this NIC that runs yet. */
  private static void refuseHeld(Key key, Optional<Grant> grant, PortOp.Holder who) {
    grant
        .flatMap(Grant::holder)
        .filter(other -> !other.who().isSameNic(who))
        .ifPresent(other -> {
          throw new Catalog.Refusal(new AttachFailure.PortHeld(key.toString(), other.toString()));
        });
  }

  private Allocation.Choice choose(
      Allocation allocation, Port port, PortOp.Claim claim, Optional<Grant> before) {
    if (!port.addresses().isEmpty()) {
      return allocation.named(claim.port(), port.addresses());
    }
    if (!claim.requested().isEmpty()) {
      return allocation.named(claim.port(), claim.requested());
    }
    Optional<List<InetAddress>> kept =
        before.map(Grant::addresses).filter(addresses -> !addresses.isEmpty());
    return kept.isPresent()
        ? allocation.named(claim.port(), kept.get())
        : allocation.lowestFree(reserved(port));
  }

  /** What users' ports name that were never bound: nobody gets it by chance. */
  private Set<InetAddress> reserved(Port port) {
    Set<InetAddress> reserved = new HashSet<>();
    store.list(Port.class, port.key().namespace()).stream()
        .map(Stored::object)
        .filter(other -> other.subnet().equals(port.subnet()))
        .forEach(other -> reserved.addAll(other.addresses()));
    return reserved;
  }

  /** A free grant whose port was deleted is nobody's; one that is held waits for its holder. */
  private Subnet withoutDeleted(Subnet subnet) {
    Set<String> free =
        subnet.grants().entrySet().stream()
            .filter(grant -> grant.getValue().holder().isEmpty())
            .map(Map.Entry::getKey)
            .collect(Collectors.toSet());
    if (free.isEmpty()) {
      return subnet;
    }
    // a port is there before its grant is, so one that is not there now is gone
    Set<String> there =
        store.list(Port.class, subnet.key().namespace()).stream()
            .map(stored -> stored.object().key().name())
            .collect(Collectors.toSet());
    Map<String, Grant> kept = new LinkedHashMap<>(subnet.grants());
    kept.keySet().removeIf(port -> free.contains(port) && !there.contains(port));
    return subnet.with(kept);
  }

  /**
   * Gives a port back, if this incarnation has it or nobody does.
   *
   * @param stays whether a port that was made for the NIC waits for its next incarnation
   */
  void giveBack(PortOp.Claim claim, boolean stays) {
    Key key = new Key(claim.namespace(), claim.port());
    Optional<Port> port = store.get(Port.class, key).map(Stored::object);
    boolean[] mine = {true};
    Optional<Subnet> _ =
        change(
            claim,
            subnet -> {
              Optional<Grant> grant = subnet.grant(claim.port());
              mine[0] = grant.flatMap(Grant::holder).map(it -> isOf(it, claim)).orElse(true);
              if (!mine[0] || grant.isEmpty()) {
                return subnet;
              }
              boolean kept = port.isPresent() && (!claim.ours() || stays);
              return kept
                  ? subnet.with(claim.port(), grant.get().free())
                  : subnet.without(claim.port());
            });
    if (!mine[0] || port.isEmpty()) {
      return;
    }
    boolean wasMadeForIt =
        port.get().madeFor().filter(it -> it.who().isSameNic(claim.holder())).isPresent();
    if (claim.ours() && !stays && wasMadeForIt) {
      store.delete(port.get());
    } else if (port.get().status().isPresent()) {
      boolean _ = tell(key, port.get().status().get().free());
    }
  }

  private static boolean isOf(Holder holder, PortOp.Claim claim) {
    return holder.who().isSameNic(claim.holder())
        && holder.who().incarnation().equals(claim.holder().incarnation());
  }

  /** Takes a port of ours away that no NIC has; false when one has it. */
  boolean removeFree(Port port) {
    boolean held =
        subnetOf(port)
            .flatMap(subnet -> subnet.grant(port.key().name()))
            .flatMap(Grant::holder)
            .isPresent();
    if (!held) {
      dropGrant(port);
      store.delete(port);
    }
    return !held;
  }

  private void dropGrant(Port port) {
    Optional<Subnet> _ =
        change(
            new Key(port.key().namespace(), port.subnet()),
            subnet -> subnet.without(port.key().name()));
  }

  private Optional<Subnet> change(PortOp.Claim claim, UnaryOperator<Subnet> decision) {
    return change(new Key(claim.namespace(), claim.subnet()), decision);
  }

  /** Decides again as often as somebody else was faster; empty when the subnet is gone. */
  private Optional<Subnet> change(Key key, UnaryOperator<Subnet> decision) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Optional<Stored<Subnet>> now = store.get(Subnet.class, key);
      if (now.isEmpty()) {
        return Optional.empty();
      }
      Subnet wanted = decision.apply(now.get().object());
      if (wanted.equals(now.get().object()) || store.update(now.get().with(wanted))) {
        return Optional.of(wanted);
      }
    }
    throw new Catalog.Refusal(
        new AttachFailure.ProviderAway("subnet " + key, "never stood still for long enough"));
  }

  /** Shows people what the port has; false when there is no such port. */
  private boolean tell(Key key, Grant grant) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Optional<Stored<Port>> now = store.get(Port.class, key);
      if (now.isEmpty()) {
        return false;
      }
      Port wanted = now.get().object().with(grant);
      if (wanted.equals(now.get().object()) || store.update(now.get().with(wanted))) {
        return true;
      }
    }
    throw new Catalog.Refusal(
        new AttachFailure.ProviderAway("port " + key, "never stood still for long enough"));
  }

  private static Addressing addressing(Subnet subnet, Grant grant, PortOp.Claim claim) {
    List<Addressing.Ip> ips =
        grant.addresses().stream()
            .map(address ->
                new Addressing.Ip(new Cidr(address, subnet.cidr().prefix()), subnet.gateway()))
            .toList();
    List<Route> routes =
        claim
            .defaultRoute()
            .flatMap(route -> defaultRoute(route, subnet))
            .map(List::of)
            .orElse(List.of());
    return new Addressing(ips, routes, subnet.dns());
  }

  private static Optional<Route> defaultRoute(PortOp.DefaultRoute wanted, Subnet subnet) {
    Cidr everywhere = Cidr.parse(subnet.cidr().isV4() ? "0.0.0.0/0" : "::/0");
    return wanted
        .gateway()
        .or(subnet::gateway)
        .map(gateway ->
            new Route(
                everywhere,
                Optional.of(gateway),
                OptionalInt.empty(),
                OptionalInt.empty(),
                wanted.metric(),
                OptionalInt.empty(),
                OptionalInt.empty()));
  }
}

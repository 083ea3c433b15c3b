package dev.patchbay.vpc;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.Dns;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.IpText;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.Attachment;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.Lease;
import dev.patchbay.core.plan.Performed;
import dev.patchbay.core.plan.PortOp;
import dev.patchbay.core.plan.Ref;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** A provider above a store in memory, and what tests ask of it in few words. */
final class Ports {
  static final String NS = "default";
  static final MacAddress MAC = new MacAddress("02:00:00:00:00:aa");
  static final Ref<Lease> LEASE = new Ref<>("lease");

  final InMemoryVpcStore store = new InMemoryVpcStore();
  final Set<PortOp.Holder> wanted = new HashSet<>();
  final BuiltInProvider provider = provider("n1");

  BuiltInProvider provider(String node) {
    return new BuiltInProvider(store, settings(node, true), wanted::contains);
  }

  static VpcSettings settings(String node, boolean create) {
    return new VpcSettings(
        node, create, VpcSettings.DEFAULT_CIDR, Path.of("/run/netns"), VpcSettings.DEFAULT_UPLINKS);
  }

  Ports subnet(String name, String vpc, String cidr, Optional<String> gateway, boolean nat) {
    store.create(
        new Subnet(
            new Key(NS, name),
            vpc,
            Cidr.parse(cidr),
            gateway.map(Cidr::ip),
            nat,
            Dns.NONE,
            OptionalInt.empty(),
            true,
            Map.of()));
    return this;
  }

  Ports port(String name, String subnet, Optional<String> mac, String... addresses) {
    return port(name, subnet, mac, Optional.empty(), addresses);
  }

  Ports port(
      String name,
      String subnet,
      Optional<String> mac,
      Optional<String> node,
      String... addresses) {
    store.create(
        new Port(
            new Key(NS, name),
            subnet,
            mac.map(MacAddress::new),
            List.of(addresses).stream().map(Cidr::ip).toList(),
            node,
            Optional.empty(),
            Optional.empty(),
            Optional.empty()));
    return this;
  }

  static PortRequest request(String vpc) {
    return new PortRequest(
        NS, vpc, Optional.empty(), Optional.empty(), List.of(), Optional.empty(), "default/web");
  }

  static PortRequest requestPort(String vpc, String port) {
    return new PortRequest(
        NS, vpc, Optional.empty(), Optional.of(port), List.of(), Optional.empty(), "default/web");
  }

  static PortOp.Holder holder(String owner, String incarnation) {
    return new PortOp.Holder(owner, new IfName("eth0"), incarnation, "default/" + owner, true);
  }

  /** What the planner would claim for that NIC. */
  PortOp.Claim claim(PortRequest request, PortOp.Holder holder, MacAddress derived) {
    Attachment.Ipam.Port port = found(request).port();
    return new PortOp.Claim(
        port.namespace(),
        port.vpc(),
        port.subnet(),
        port.port().orElse("made-for-" + holder.owner()),
        port.port().isEmpty(),
        port.mac().orElse(derived),
        port.requested(),
        port.defaultRoute(),
        holder);
  }

  PortOp.Claim claim(PortRequest request, PortOp.Holder holder) {
    return claim(request, holder, Naming.mac(new Key(NS, holder.owner())));
  }

  VpcProvider.Resolution.Found found(PortRequest request) {
    return (VpcProvider.Resolution.Found) provider.resolve(request);
  }

  AttachFailure refused(PortRequest request) {
    return ((VpcProvider.Resolution.Refused) provider.resolve(request)).why();
  }

  Performed bind(PortOp.Claim claim) {
    return provider.execute(new PortOp.BindPort(claim, new Ref<>("port"), LEASE), Bindings.NONE);
  }

  /** The addresses that binding gives. */
  List<String> bound(PortOp.Claim claim) {
    return addresses(bind(claim));
  }

  static List<String> addresses(Performed performed) {
    return lease(performed).addressing().ips().stream()
        .map(ip -> IpText.of(ip.address().address()))
        .toList();
  }

  static Lease lease(Performed performed) {
    return ((Performed.Done) performed).yielded().lease(LEASE).orElseThrow();
  }

  AttachFailure failed(PortOp.Claim claim) {
    return ((Performed.Failed) bind(claim)).why();
  }

  Performed release(PortOp.Claim claim) {
    return provider.execute(new PortOp.ReleasePort(claim), Bindings.NONE);
  }

  Performed unbind(PortOp.Claim claim) {
    return provider.execute(new PortOp.UnbindPort(claim), Bindings.NONE);
  }

  Optional<Port> port(String name) {
    return store.get(Port.class, new Key(NS, name)).map(Stored::object);
  }

  Subnet subnet(String name) {
    return store.get(Subnet.class, new Key(NS, name)).map(Stored::object).orElseThrow();
  }
}

package dev.patchbay.vpc;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.Dns;
import dev.patchbay.core.nic.IpText;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.NicKind;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.Attachment;
import dev.patchbay.core.plan.PortOp;
import java.math.BigInteger;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * Finds the subnet and the port that a NIC asks for, without changing anything.
 *
 * @param store where they are
 * @param settings of this node
 */
record Catalog(VpcStore store, VpcSettings settings) {
  private static final int DEFAULT_SUBNET = 20;

  /** Not to be had. */
  static final class Refusal extends RuntimeException {
    private final transient AttachFailure why;

    Refusal(AttachFailure why) {
      super(why.message());
      this.why = why;
    }

    AttachFailure why() {
      return why;
    }
  }

  VpcProvider.Resolution.Found find(PortRequest request) {
    Optional<Port> port = request.port().map(name -> port(request, name));
    Subnet subnet = subnet(request, port);
    requireIn(request, subnet);
    checkRoutes(request, subnet);
    Key vpc = request.key(request.vpc());
    Optional<NicKind.Uplink> uplink =
        subnet.nat()
            ? Optional.of(new NicKind.Uplink(Naming.uplink(vpc), settings.uplinks()))
            : Optional.empty();
    return new VpcProvider.Resolution.Found(
        new NicKind.VpcPort(
            Naming.router(settings.routers(), vpc),
            Naming.bridge(subnet.key()),
            subnet.mtu(),
            subnet.gateway().isPresent(),
            uplink,
            port.flatMap(Port::antiSpoof).orElse(subnet.antiSpoof())),
        new Attachment.Ipam.Port(
            request.namespace(),
            request.vpc(),
            subnet.key().name(),
            request.port(),
            port.map(it -> mac(it, subnet)),
            request.addresses(),
            request.defaultRoute(),
            request.pod()));
  }

  /** A user's port has the address that it names, or was given, or one derived from its name. */
  static MacAddress mac(Port port, Subnet subnet) {
    return port.mac()
        .or(() -> subnet.grant(port.key().name()).map(Grant::mac))
        .orElseGet(() -> Naming.mac(port.key()));
  }

  private Port port(PortRequest request, String name) {
    Key key = request.key(name);
    Port port =
        store
            .get(Port.class, key)
            .map(Stored::object)
            .orElseThrow(() ->
                refused(
                    "portid",
                    name,
                    "there is no port " + key,
                    "make it, or leave portid out for one that is made: kubectl get ports -n "
                        + key.namespace()));
    if (port.node().filter(node -> !node.equals(settings.node())).isPresent()) {
      throw new Refusal(
          new AttachFailure.PortElsewhere(
              key.toString(), port.node().orElseThrow(), settings.node()));
    }
    if (!request.addresses().isEmpty()) {
      throw refused(
          "ipAddress",
          request.addresses().stream().map(IpText::of).collect(Collectors.joining(", ")),
          "port " + key + " has addresses of its own",
          "leave ipAddress out, or portid");
    }
    return port;
  }

  private Subnet subnet(PortRequest request, Optional<Port> port) {
    Optional<String> named = port.map(Port::subnet).or(request::subnet);
    if (named.isPresent()) {
      boolean contradicts =
          port.isPresent() && request.subnet().filter(it -> !it.equals(named.get())).isPresent();
      if (contradicts) {
        throw refused(
            "subnetName",
            request.subnet().orElseThrow(),
            "port " + port.get().key() + " is in subnet \"" + named.get() + "\"",
            "leave subnetName out, or name another port");
      }
      return store
          .get(Subnet.class, request.key(named.get()))
          .map(Stored::object)
          .orElseThrow(() -> unknown(request, named.get()));
    }
    return byDefault(request);
  }

  private Subnet byDefault(PortRequest request) {
    Optional<Vpc> vpc = store.get(Vpc.class, request.key(request.vpc())).map(Stored::object);
    if (vpc.isPresent() && vpc.get().defaultSubnet().isPresent()) {
      String name = vpc.get().defaultSubnet().get();
      return store
          .get(Subnet.class, request.key(name))
          .map(Stored::object)
          .or(() -> proposed(request, vpc.get()).filter(it -> it.key().name().equals(name)))
          .orElseThrow(() -> unknown(request, name));
    }
    List<Subnet> all = subnets(request);
    if (all.size() == 1) {
      return all.getFirst();
    }
    if (vpc.isEmpty() && all.isEmpty()) {
      return proposed(request, unknownVpc(request)).orElseThrow();
    }
    throw refused(
        "VPC",
        request.vpc(),
        "VPC "
            + request.key(request.vpc())
            + " has no default subnet and "
            + all.size()
            + " subnets",
        all.isEmpty()
            ? "make a subnet in it"
            : "name one as subnetName, or as spec.defaultSubnet of the VPC: " + names(all));
  }

  /** The VPC that is made when nobody has defined it. */
  Vpc unknownVpc(PortRequest request) {
    Key key = request.key(request.vpc());
    if (!settings.createUnknown()) {
      throw refused(
          "VPC",
          request.vpc(),
          "there is no VPC " + key + ", and unknown ones are not made on this node",
          "make it, or set vpc.createUnknown");
    }
    return new Vpc(key, List.of(settings.defaultCidr()), Optional.of(request.vpc() + "-default"));
  }

  /** The subnet that is made with a VPC that nobody has defined. */
  private Optional<Subnet> proposed(PortRequest request, Vpc vpc) {
    Key key = request.key(request.vpc() + "-default");
    if (vpc.cidrs().isEmpty() || !vpc.defaultSubnet().equals(Optional.of(key.name()))) {
      return Optional.empty();
    }
    Cidr whole = vpc.cidrs().getFirst().network();
    Cidr cidr = new Cidr(whole.address(), Math.max(whole.prefix(), DEFAULT_SUBNET));
    byte[] first = cidr.address().getAddress();
    InetAddress gateway =
        Allocation.address(new BigInteger(1, first).add(BigInteger.ONE), first.length);
    return Optional.of(
        new Subnet(
            key,
            request.vpc(),
            cidr,
            Optional.of(gateway),
            cidr.isV4(),
            Dns.NONE,
            OptionalInt.empty(),
            true,
            Map.of()));
  }

  /** Makes what {@link #find} proposed; whoever was faster made the same. */
  Subnet make(PortRequest request) {
    Vpc vpc =
        store
            .get(Vpc.class, request.key(request.vpc()))
            .map(Stored::object)
            .orElseGet(() -> {
              Vpc made = unknownVpc(request);
              store.create(made);
              return made;
            });
    Subnet subnet =
        proposed(request, vpc)
            .filter(it -> request.subnet().equals(Optional.of(it.key().name())))
            .orElseThrow(() -> unknown(request, request.subnet().orElse("")));
    store.create(subnet);
    return subnet;
  }

  private void requireIn(PortRequest request, Subnet subnet) {
    if (!subnet.vpc().equals(request.vpc())) {
      throw refused(
          "VPC",
          request.vpc(),
          "subnet " + subnet.key() + " is in VPC \"" + subnet.vpc() + "\"",
          "ask for VPC \"" + subnet.vpc() + "\", or for a subnet or port of this one");
    }
    if (subnet.nat() && (subnet.gateway().isEmpty() || !subnet.cidr().isV4())) {
      throw refused(
          "nat",
          "true",
          "subnet " + subnet.key() + " has no IPv4 gateway, through which NAT goes",
          "give it an IPv4 CIDR and a gateway, or set nat: false");
    }
    if (subnet.gateway().filter(gateway -> !subnet.cidr().contains(gateway)).isPresent()) {
      throw refused(
          "gateway",
          IpText.of(subnet.gateway().orElseThrow()),
          "the gateway of subnet " + subnet.key() + " is not in " + subnet.cidr(),
          "name an address of the subnet");
    }
    requireRoom(request, subnet);
  }

  /** A subnet lies in the CIDRs of its VPC and beside the other subnets. */
  private void requireRoom(PortRequest request, Subnet subnet) {
    Optional<Vpc> vpc = store.get(Vpc.class, request.key(request.vpc())).map(Stored::object);
    boolean outside =
        vpc.filter(it -> !it.cidrs().isEmpty() && it.cidrs().stream().noneMatch(subnet::isIn))
            .isPresent();
    if (outside) {
      throw refused(
          "cidr",
          subnet.cidr().toString(),
          "subnet " + subnet.key() + " is not in the CIDRs of its VPC " + vpc.orElseThrow().cidrs(),
          "choose one of them, or add to spec.cidrs of the VPC");
    }
    subnets(request).stream()
        .filter(other -> !other.key().equals(subnet.key()) && other.overlaps(subnet))
        .findFirst()
        .ifPresent(other -> {
          throw refused(
              "cidr",
              subnet.cidr().toString(),
              "subnet " + subnet.key() + " overlaps subnet " + other.key() + " " + other.cidr(),
              "subnets of one VPC have addresses of their own");
        });
  }

  private static void checkRoutes(PortRequest request, Subnet subnet) {
    request
        .defaultRoute()
        .flatMap(PortOp.DefaultRoute::gateway)
        .filter(gateway -> !subnet.cidr().contains(gateway))
        .ifPresent(gateway -> {
          throw refused(
              "gateway",
              IpText.of(gateway),
              "gateway "
                  + IpText.of(gateway)
                  + " is not in subnet "
                  + subnet.key()
                  + " "
                  + subnet.cidr(),
              "name an address of the subnet");
        });
  }

  private List<Subnet> subnets(PortRequest request) {
    return store.list(Subnet.class, request.namespace()).stream()
        .map(Stored::object)
        .filter(subnet -> subnet.vpc().equals(request.vpc()))
        .toList();
  }

  private Refusal unknown(PortRequest request, String name) {
    List<Subnet> all = subnets(request);
    return refused(
        "subnetName",
        name,
        "there is no subnet " + request.key(name),
        all.isEmpty()
            ? "VPC \"" + request.vpc() + "\" has none yet; make it"
            : "VPC \"" + request.vpc() + "\" has " + names(all));
  }

  private static String names(List<Subnet> all) {
    return all.stream().map(it -> it.key().name()).sorted().collect(Collectors.joining(", "));
  }

  static Refusal refused(String field, String value, String message, String remedy) {
    return new Refusal(new AttachFailure.InvalidField(field, value, message, remedy));
  }
}

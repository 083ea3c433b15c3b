package dev.patchbay.linux.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.core.nic.Addressing;
import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.Dns;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.IpText;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.nic.Route;
import dev.patchbay.core.plan.AddressUse;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.Lease;
import dev.patchbay.core.plan.Link;
import dev.patchbay.core.plan.LinkOp;
import dev.patchbay.core.plan.Performed;
import dev.patchbay.core.plan.Ref;
import dev.patchbay.core.plan.Yield;
import dev.patchbay.linux.netns.LiveNetns;
import dev.patchbay.linux.netns.NamedNetns;
import dev.patchbay.linux.netns.NetnsHandle;
import dev.patchbay.linux.procfs.SysctlKey;
import dev.patchbay.linux.procfs.Sysctls;
import dev.patchbay.linux.rtnetlink.Address;
import dev.patchbay.linux.rtnetlink.KernelLink;
import dev.patchbay.linux.rtnetlink.KernelRoute;
import dev.patchbay.linux.rtnetlink.LinkId;
import dev.patchbay.linux.rtnetlink.LinkKind;
import dev.patchbay.linux.rtnetlink.LinkSetting;
import dev.patchbay.linux.rtnetlink.Links;
import dev.patchbay.linux.rtnetlink.RouteSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** A host and pods of a test's own, and a kernel that does ops on them. */
final class Lab implements AutoCloseable {
  static final IfName BR = new IfName("br0");
  static final IfName HOST_END = new IfName("veth0");
  static final IfName NET1 = new IfName("net1");
  static final MacAddress HOST_MAC = new MacAddress("02:00:00:00:00:01");
  static final MacAddress POD_MAC = new MacAddress("02:00:00:00:00:02");
  static final Ref<Link> BRIDGE_REF = new Ref<>("bridge");
  static final Ref<Link> HOST_REF = new Ref<>("host");
  static final Ref<Link> POD_REF = new Ref<>("pod");
  static final Ref<Lease> LEASE_REF = new Ref<>("lease");
  static final AddressUse LEASE = AddressUse.plain(LEASE_REF);

  final NetnsHandle host;
  final Path folder;
  final Netns pod;
  final LinuxKernel kernel;
  Bindings bound = Bindings.NONE;
  private final List<NamedNetns> named = new ArrayList<>();

  Lab() throws IOException {
    LiveNetns.assumePermitted();
    folder = Files.createTempDirectory("patchbay-lab");
    host = NetnsHandle.create();
    pod = newPod("pod");
    kernel = LinuxKernel.open(host);
  }

  Netns newPod(String name) throws IOException {
    NamedNetns made = NamedNetns.create(folder, name);
    named.add(made);
    try (NetnsHandle handle = made.open()) {
      return new Netns(made.path().toString(), handle.cookie());
    }
  }

  void deletePod(String name) throws IOException {
    NamedNetns.delete(folder, name);
  }

  Performed run(LinkOp op) {
    Performed performed = kernel.execute(List.of(op), bound).getFirst();
    if (performed instanceof Performed.Done(var yielded)) {
      bound = bound.and(yielded);
    }
    return performed;
  }

  void done(LinkOp... ops) {
    for (LinkOp op : ops) {
      assertThat(run(op)).as(op.toString()).isInstanceOf(Performed.Done.class);
    }
  }

  AttachFailure refused(LinkOp op) {
    Performed performed = run(op);
    assertThat(performed).isInstanceOf(Performed.Failed.class);
    return ((Performed.Failed) performed).why();
  }

  <T extends Yield> void bind(Ref<T> ref, T value) {
    bound = bound.and(Bindings.of(ref, value));
  }

  /** Binds the lease: addresses as {@code 10.1.2.3/24} or {@code 10.1.2.3/24>10.1.2.1}. */
  void lease(List<Route> routes, String... ips) {
    List<Addressing.Ip> all = new ArrayList<>();
    for (String ip : ips) {
      List<String> parts = List.of(ip.split(">", 2));
      all.add(
          new Addressing.Ip(
              Cidr.parse(parts.getFirst()),
              parts.size() == 1 ? Optional.empty() : Optional.of(Cidr.ip(parts.getLast()))));
    }
    bind(LEASE_REF, new Lease(new Addressing(all, routes, Dns.NONE)));
  }

  static Route route(String dst) {
    return Route.to(Cidr.parse(dst), Optional.empty());
  }

  static LinkOp.EnsureBridge bridge() {
    return new LinkOp.EnsureBridge(BR, OptionalInt.empty(), false, false, BRIDGE_REF);
  }

  LinkOp.AddVeth veth(Optional<Ref<Link>> bridge) {
    return new LinkOp.AddVeth(
        Netns.HOST,
        HOST_END,
        HOST_MAC,
        pod,
        NET1,
        POD_MAC,
        OptionalInt.empty(),
        bridge,
        HOST_REF,
        POD_REF);
  }

  LinkOp.SetUp up() {
    return new LinkOp.SetUp(pod, NET1);
  }

  LinkOp.Configure configure(LinkOp.RouteStyle style) {
    return new LinkOp.Configure(pod, NET1, LEASE, style);
  }

  static LinkOp.DeleteLink deleteVeth() {
    return new LinkOp.DeleteLink(Netns.HOST, HOST_END, HOST_MAC, HOST_REF);
  }

  // what is there

  interface Look<T> {
    T at(NetnsHandle handle, RouteSocket socket) throws IOException;
  }

  <T> T look(Netns netns, Look<T> look) throws IOException {
    if (netns.isHost()) {
      try (RouteSocket socket = RouteSocket.open(host)) {
        return look.at(host, socket);
      }
    }
    try (NetnsHandle handle = NetnsHandle.open(Path.of(netns.path()));
        RouteSocket socket = RouteSocket.open(handle)) {
      return look.at(handle, socket);
    }
  }

  Optional<KernelLink> find(Netns netns, IfName name) throws IOException {
    return look(netns, (_, socket) -> socket.link(LinkId.of(name)));
  }

  KernelLink onHost(IfName name) throws IOException {
    return find(Netns.HOST, name).orElseThrow();
  }

  KernelLink inPod(IfName name) throws IOException {
    return find(pod, name).orElseThrow();
  }

  List<Address> addresses(Netns netns, IfName name) throws IOException {
    int index = find(netns, name).orElseThrow().index();
    return look(netns, (_, socket) -> socket.addresses(index));
  }

  /** Without link-local ones, as text, sorted. */
  List<String> cidrs(Netns netns, IfName name) throws IOException {
    return addresses(netns, name).stream()
        .filter(address -> !address.cidr().address().isLinkLocalAddress())
        .map(address -> address.cidr().toString())
        .sorted()
        .toList();
  }

  /** The main table's, without link-local ones, as {@code dst via gateway}, sorted. */
  List<String> routes(Netns netns) throws IOException {
    return look(netns, (_, socket) -> socket.routes(KernelRoute.MAIN)).stream()
        .filter(route -> !route.destination().address().isLinkLocalAddress())
        .filter(route -> !route.destination().address().isMulticastAddress())
        .map(route ->
            route.destination()
                + route.gateway().map(gateway -> " via " + IpText.of(gateway)).orElse(""))
        .sorted()
        .toList();
  }

  String sysctl(Netns netns, String... key) throws IOException {
    return look(netns, (handle, _) -> Sysctls.read(handle, SysctlKey.of(key)));
  }

  /** A stranger's pair of links, both in that namespace, down; the other end is called NAMEp. */
  KernelLink strangersVeth(Netns netns, IfName name) throws IOException {
    IfName peer = new IfName(name + "p");
    return look(
        netns,
        (_, socket) -> {
          socket.run(Links.add(name, new LinkKind.Veth(peer)));
          return socket.link(LinkId.of(name)).orElseThrow();
        });
  }

  void set(Netns netns, IfName name, LinkSetting... settings) throws IOException {
    int index = find(netns, name).orElseThrow().index();
    look(netns, (_, socket) -> socket.run(Links.set(LinkId.of(index), settings)));
  }

  @Override
  public void close() throws IOException {
    kernel.close();
    host.close();
    for (NamedNetns netns : named) {
      netns.close();
    }
    Files.deleteIfExists(folder);
  }
}

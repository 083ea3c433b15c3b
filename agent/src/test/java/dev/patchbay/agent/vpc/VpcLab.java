package dev.patchbay.agent.vpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.patchbay.agent.cni.CniServer;
import dev.patchbay.agent.config.AgentConfig;
import dev.patchbay.agent.journal.Journal;
import dev.patchbay.agent.reconcile.ContainerLocks;
import dev.patchbay.agent.reconcile.Edges;
import dev.patchbay.agent.reconcile.NodeReconciler;
import dev.patchbay.agent.socket.Cancellation;
import dev.patchbay.agent.socket.Frames;
import dev.patchbay.agent.vm.GuestPerformer;
import dev.patchbay.agent.vm.RunningGuests;
import dev.patchbay.cni.json.Json;
import dev.patchbay.cni.libcni.ExecOutcome;
import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.Dns;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.Performed;
import dev.patchbay.ipam.HostLocalLeases;
import dev.patchbay.linux.apply.LinuxHost;
import dev.patchbay.linux.apply.LinuxKernel;
import dev.patchbay.linux.netns.NamedNetns;
import dev.patchbay.linux.netns.NetnsFolder;
import dev.patchbay.linux.netns.NetnsHandle;
import dev.patchbay.linux.rtnetlink.Address;
import dev.patchbay.linux.rtnetlink.Addresses;
import dev.patchbay.linux.rtnetlink.KernelLink;
import dev.patchbay.linux.rtnetlink.LinkId;
import dev.patchbay.linux.rtnetlink.LinkKind;
import dev.patchbay.linux.rtnetlink.LinkSetting;
import dev.patchbay.linux.rtnetlink.Links;
import dev.patchbay.linux.rtnetlink.RouteSocket;
import dev.patchbay.vpc.BuiltInProvider;
import dev.patchbay.vpc.InMemoryVpcStore;
import dev.patchbay.vpc.Key;
import dev.patchbay.vpc.Port;
import dev.patchbay.vpc.PortOwners;
import dev.patchbay.vpc.Subnet;
import dev.patchbay.vpc.VpcSettings;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/** A node with a real kernel in a namespace of its own, and a machine outside that it reaches. */
final class VpcLab implements AutoCloseable {
  static final String OUTSIDE = "192.0.2.2";
  private static final int TRIES = 4;
  private static final int PATIENCE_MILLIS = 400;
  private static final IfName ETH0 = new IfName("eth0");

  final Path folder;
  final NetnsHandle host;
  final NetnsHandle outside;
  final InMemoryVpcStore store = new InMemoryVpcStore();
  final NetnsFolder routers;
  private final AgentConfig config;
  private Journal journal;
  private CniServer server;
  private VpcChores chores;

  VpcLab(Path folder) throws IOException {
    this.folder = folder;
    this.host = machine();
    this.outside = machine();
    this.config =
        AgentConfig.parse(
            """
            stateDir: %1$s
            spool: %1$s/spool
            binDir: %1$s/bin
            confDir: %1$s/confs
            networkDefinitions: %1$s/networks
            netnsRoots: [%1$s]
            node: n1
            vpc: {netnsDir: %1$s/routers}
            """
                .formatted(folder),
            "test");
    this.routers = new NetnsFolder(config.vpc().routers(), VpcSettings.ROUTER_PREFIX);
    cable();
    start();
  }

  private static NetnsHandle machine() {
    try {
      return NetnsHandle.create();
    } catch (IOException e) {
      return abort("no network namespace can be made here: " + e.getMessage());
    }
  }

  private void cable() throws IOException {
    try (RouteSocket here = RouteSocket.open(host);
        RouteSocket there = RouteSocket.open(outside)) {
      here.run(
          Links.add(
              new IfName("wan"),
              new LinkKind.Veth(ETH0, new LinkSetting.IntoNetns(outside)),
              new LinkSetting.Up(true)));
      there.run(Links.set(LinkId.of(ETH0), new LinkSetting.Up(true)));
      address(here, new IfName("wan"), "192.0.2.1/24");
      address(there, ETH0, OUTSIDE + "/24");
    }
  }

  static void address(RouteSocket socket, IfName link, String address) throws IOException {
    int index = socket.link(LinkId.of(link)).orElseThrow().index();
    socket.run(Addresses.add(Address.on(index, Cidr.parse(address))));
  }

  /** The agent starts, with the files that are there. */
  void start() {
    journal = Journal.open(folder.resolve("journal.db"));
    var vpcs = new BuiltInProvider(store, config.vpc(), PortOwners.NONE);
    var edges =
        new Edges(
            new LinuxHost(host),
            () -> LinuxKernel.open(host),
            new HostLocalLeases(_ -> () -> {}),
            (_, _) -> (op, _) -> new Performed.Failed(missing(op.call().type())),
            call -> new ExecOutcome.Broke(missing(call.type())),
            new GuestPerformer(RunningGuests.NONE),
            vpcs);
    var reconciler = new NodeReconciler(edges, journal, "boot-1", Clock.systemUTC());
    var locks = new ContainerLocks();
    server = new CniServer(config, edges, journal, reconciler, locks);
    chores = new VpcChores(journal, reconciler, locks, vpcs, routers);
  }

  void restart() {
    journal.close();
    start();
  }

  private static AttachFailure missing(String type) {
    return new AttachFailure.DelegateMissing(type, List.of("/plugins"), List.of());
  }

  Journal journal() {
    return journal;
  }

  VpcChores chores() {
    return chores;
  }

  void subnet(String name, String vpc, String cidr, boolean nat) {
    Cidr network = Cidr.parse(cidr);
    String gateway = cidr.substring(0, cidr.lastIndexOf('.')) + ".1";
    store.create(
        new Subnet(
            new Key("default", name),
            vpc,
            network,
            Optional.of(Cidr.ip(gateway)),
            nat,
            Dns.NONE,
            OptionalInt.empty(),
            true,
            Map.of()));
  }

  void port(String name, String subnet, String address, Optional<Boolean> antiSpoof) {
    store.create(
        new Port(
            new Key("default", name),
            subnet,
            Optional.empty(),
            List.of(Cidr.ip(address)),
            Optional.empty(),
            antiSpoof,
            Optional.empty(),
            Optional.empty()));
  }

  /** A pod's namespace. */
  NamedNetns pod(String name) throws IOException {
    return NamedNetns.create(folder.resolve("pods"), name);
  }

  Frames.Reply cni(String command, String container, String args, String netns) {
    Map<String, String> environment = new HashMap<>();
    environment.put("CNI_COMMAND", command);
    environment.put("CNI_CONTAINERID", container);
    environment.put("CNI_NETNS", netns);
    environment.put("CNI_IFNAME", "eth0");
    environment.put("CNI_PATH", folder + "/plugins");
    environment.put("PATCHBAY_RUNTIME", "containerd");
    if (!args.isEmpty()) {
      environment.put("CNI_ARGS", args);
    }
    byte[] conf =
        "{\"cniVersion\":\"1.0.0\",\"name\":\"pods\",\"type\":\"alktron\"}".getBytes(UTF_8);
    return server.answer(
        new Frames.Request(environment, ByteBuffer.wrap(conf)), new Cancellation());
  }

  /** A pod with NICs of a VPC, by CNI_ARGS as a plain runtime has them. */
  ObjectNode add(NamedNetns pod, String vpc, String nics) {
    Frames.Reply reply = tryAdd(pod, vpc, nics);
    assertThat(reply.exitCode()).as(reply.stdout() + reply.stderr()).isZero();
    return Json.object(reply.stdout(), "result");
  }

  Frames.Reply tryAdd(NamedNetns pod, String vpc, String nics) {
    String args =
        "K8S_POD_NAMESPACE=default;K8S_POD_NAME=" + pod.name() + ";VPC=" + vpc + ";NICs=" + nics;
    return cni("ADD", pod.name(), args, pod.path().toString());
  }

  Frames.Reply del(String container) {
    return cni("DEL", container, "", "");
  }

  /** Whether a datagram comes from one address to the other, and an answer back. */
  static boolean reaches(NetnsHandle from, String source, NetnsHandle to, String target)
      throws IOException {
    return !seen(from, source, to, target).isEmpty();
  }

  /** The address under which the other side sees it; empty when nothing comes through. */
  static String seen(NetnsHandle from, String source, NetnsHandle to, String target)
      throws IOException {
    InetAddress server = Cidr.ip(target);
    try (DatagramSocket echo =
            to.visit(() -> new DatagramSocket(new InetSocketAddress(server, 0)));
        DatagramSocket client =
            from.visit(() -> new DatagramSocket(new InetSocketAddress(Cidr.ip(source), 0)))) {
      echo.setSoTimeout(PATIENCE_MILLIS);
      client.setSoTimeout(PATIENCE_MILLIS);
      client.connect(server, echo.getLocalPort());
      for (int i = 0; i < TRIES; i++) {
        try {
          client.send(new DatagramPacket(new byte[] {1}, 1));
          DatagramPacket heard = new DatagramPacket(new byte[1], 1);
          echo.receive(heard);
          echo.send(heard);
          client.receive(new DatagramPacket(new byte[1], 1));
          return Cidr.host(heard.getAddress()).toString();
        } catch (SocketTimeoutException | NoRouteToHostException _) {
          // tried again
        }
      }
      return "";
    }
  }

  /** Whether the address is somebody's: whoever has it refuses a port that nobody listens to. */
  static boolean isThere(NetnsHandle from, String target) throws IOException {
    try (DatagramSocket client = from.visit(() -> new DatagramSocket(null))) {
      client.setSoTimeout(PATIENCE_MILLIS);
      client.connect(Cidr.ip(target), 9);
      for (int i = 0; i < TRIES; i++) {
        try {
          client.send(new DatagramPacket(new byte[] {1}, 1));
          client.receive(new DatagramPacket(new byte[1], 1));
        } catch (PortUnreachableException _) {
          return true;
        } catch (SocketTimeoutException | NoRouteToHostException _) {
          // tried again
        }
      }
      return false;
    }
  }

  static KernelLink link(NetnsHandle netns) throws IOException {
    try (RouteSocket socket = RouteSocket.open(netns)) {
      return socket.link(LinkId.of(ETH0)).orElseThrow();
    }
  }

  static void setMac(NetnsHandle netns, MacAddress mac) throws IOException {
    try (RouteSocket socket = RouteSocket.open(netns)) {
      socket.run(Links.set(LinkId.of(ETH0), new LinkSetting.Mac(mac)));
    }
  }

  /** The names of links in the VPCs' namespaces that are ports of pods. */
  List<String> ports() throws IOException {
    Stream.Builder<String> names = Stream.builder();
    for (String router : routers.listed()) {
      Path path = config.vpc().routers().resolve(VpcSettings.ROUTER_PREFIX + router);
      try (NetnsHandle handle = NetnsHandle.open(path);
          RouteSocket socket = RouteSocket.open(handle)) {
        socket.links().stream()
            .map(link -> link.name().value())
            .filter(name -> name.startsWith("veth"))
            .forEach(names::add);
      }
    }
    return names.build().toList();
  }

  @Override
  public void close() throws IOException {
    journal.close();
    for (String router : routers.listed()) {
      routers.delete(router);
    }
    host.close();
    outside.close();
  }
}

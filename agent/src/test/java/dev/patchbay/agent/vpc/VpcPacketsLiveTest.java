package dev.patchbay.agent.vpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.agent.socket.Frames;
import dev.patchbay.cni.json.Json;
import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.linux.netns.NamedNetns;
import dev.patchbay.linux.netns.NetnsHandle;
import dev.patchbay.linux.packet.Announcement;
import dev.patchbay.linux.rtnetlink.KernelRoute;
import dev.patchbay.linux.rtnetlink.RouteSocket;
import dev.patchbay.proof.Proves;
import dev.patchbay.vpc.Key;
import dev.patchbay.vpc.Port;
import dev.patchbay.vpc.Subnet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** Packets between pods of VPCs, by a real kernel in namespaces of the test's own. */
class VpcPacketsLiveTest {
  private static final IfName ETH0 = new IfName("eth0");
  private static final String ONE = "[{\"name\":\"eth0\"}]";

  @TempDir private Path folder;
  private final List<AutoCloseable> open = new ArrayList<>();
  private VpcLab lab;

  @BeforeEach
  void startANode() throws IOException {
    lab = new VpcLab(folder);
  }

  @AfterEach
  void clearAway() throws Exception {
    for (AutoCloseable one : open.reversed()) {
      one.close();
    }
    lab.close();
  }

  private NamedNetns pod(String name) throws IOException {
    NamedNetns pod = lab.pod(name);
    open.add(pod);
    return pod;
  }

  private NetnsHandle inside(NamedNetns pod) throws IOException {
    NetnsHandle handle = pod.open();
    open.add(handle);
    return handle;
  }

  /** A pod with one NIC. */
  private NetnsHandle pod(String name, String vpc, String nics) throws IOException {
    NamedNetns pod = pod(name);
    lab.add(pod, vpc, nics);
    return inside(pod);
  }

  private static String ofPort(String port) {
    return "[{\"portid\":\"" + port + "\"}]";
  }

  @Test
  void podsOfOneVpcReachEachOtherOverSubnetsAndTheirGateway() throws IOException {
    lab.subnet("blue", "demo", "10.1.1.0/24", false);
    lab.subnet("green", "demo", "10.1.2.0/24", false);
    NetnsHandle a = pod("a", "demo", "[{\"subnet\":\"blue\"}]");
    NetnsHandle b = pod("b", "demo", "[{\"subnet\":\"blue\"}]");
    NetnsHandle c = pod("c", "demo", "[{\"subnet\":\"green\"}]");
    assertThat(VpcLab.seen(a, "10.1.1.2", b, "10.1.1.3")).isEqualTo("10.1.1.2/32");
    assertThat(VpcLab.isThere(a, "10.1.1.1")).as("the gateway").isTrue();
    assertThat(VpcLab.seen(a, "10.1.1.2", c, "10.1.2.2")).isEqualTo("10.1.1.2/32");
  }

  @Test
  void vpcsWithTheSameAddressesDoNotSeeEachOtherAndBothReachTheOutside() throws IOException {
    lab.subnet("blue", "demo", "10.1.1.0/24", true);
    lab.subnet("red", "other", "10.1.1.0/24", true);
    lab.port("p9", "red", "10.1.1.9", Optional.empty());
    NetnsHandle a = pod("a", "demo", ONE);
    NetnsHandle b = pod("b", "other", ONE);
    NetnsHandle c = pod("c", "other", ofPort("p9"));
    assertThat(VpcLab.seen(a, "10.1.1.2", lab.outside, VpcLab.OUTSIDE)).isEqualTo("192.0.2.1/32");
    assertThat(VpcLab.seen(b, "10.1.1.2", lab.outside, VpcLab.OUTSIDE)).isEqualTo("192.0.2.1/32");
    assertThat(VpcLab.reaches(b, "10.1.1.2", c, "10.1.1.9")).isTrue();
    assertThat(VpcLab.reaches(a, "10.1.1.2", c, "10.1.1.9")).isFalse();
    try (RouteSocket socket = RouteSocket.open(lab.host)) {
      assertThat(socket.routes(KernelRoute.MAIN))
          .as("the host's way into a VPC")
          .noneMatch(route -> route.destination().contains(Cidr.ip("10.1.1.9")));
    }
  }

  @Test
  void subnetWithoutNatStaysInside() throws IOException {
    lab.subnet("blue", "demo", "10.1.1.0/24", true);
    lab.subnet("green", "demo", "10.1.2.0/24", false);
    NetnsHandle a = pod("a", "demo", "[{\"subnet\":\"blue\"}]");
    NetnsHandle b = pod("b", "demo", "[{\"subnet\":\"green\"}]");
    assertThat(VpcLab.reaches(a, "10.1.1.2", lab.outside, VpcLab.OUTSIDE)).isTrue();
    assertThat(VpcLab.reaches(b, "10.1.2.2", lab.outside, VpcLab.OUTSIDE)).isFalse();
    assertThat(VpcLab.seen(b, "10.1.2.2", a, "10.1.1.2")).isEqualTo("10.1.2.2/32");
  }

  @Test
  void foreignAddressesDoNotComeOutOfAPort() throws IOException {
    lab.subnet("blue", "demo", "10.1.1.0/24", false);
    NetnsHandle liar = pod("liar", "demo", ONE);
    NetnsHandle other = pod("other", "demo", ONE);
    try (RouteSocket socket = RouteSocket.open(liar)) {
      VpcLab.address(socket, ETH0, "10.1.1.99/24");
    }
    assertThat(VpcLab.reaches(liar, "10.1.1.2", other, "10.1.1.3")).isTrue();
    assertThat(VpcLab.reaches(liar, "10.1.1.99", other, "10.1.1.3")).as("foreign IP").isFalse();
    MacAddress own = VpcLab.link(liar).address().orElseThrow();
    VpcLab.setMac(liar, new MacAddress("02:00:00:00:00:99"));
    assertThat(VpcLab.reaches(liar, "10.1.1.2", other, "10.1.1.3")).as("foreign MAC").isFalse();
    VpcLab.setMac(liar, own);
    assertThat(VpcLab.reaches(liar, "10.1.1.2", other, "10.1.1.3")).as("as before").isTrue();
  }

  /** The same lie is believed where the port may tell it: what is asserted above can fail. */
  @Test
  void foreignArpIsBelievedOnlyFromAPortThatMaySendIt() throws IOException {
    lab.subnet("blue", "demo", "10.1.1.0/24", false);
    lab.port("open", "blue", "10.1.1.50", Optional.of(false));
    NetnsHandle victim = pod("victim", "demo", ONE);
    NetnsHandle client = pod("client", "demo", ONE);
    NetnsHandle guarded = pod("guarded", "demo", ONE);
    NetnsHandle open = pod("open", "demo", ofPort("open"));
    assertThat(VpcLab.reaches(client, "10.1.1.3", victim, "10.1.1.2")).isTrue();
    claim(guarded, "10.1.1.2");
    assertThat(VpcLab.reaches(client, "10.1.1.3", victim, "10.1.1.2")).as("guarded").isTrue();
    claim(open, "10.1.1.2");
    assertThat(VpcLab.reaches(client, "10.1.1.3", victim, "10.1.1.2")).as("open").isFalse();
  }

  private static void claim(NetnsHandle who, String address) throws IOException {
    var link = VpcLab.link(who);
    new Announcement(link.index(), link.address().orElseThrow(), List.of(Cidr.ip(address)))
        .send(who);
  }

  @Test
  @Proves(value = "S000-03", part = "CNI_ARGS")
  @Proves("S000-04")
  void argumentsOfAPlainRuntimeGiveTwoNicsAndOneDefaultRoute() throws IOException {
    lab.subnet("blue", "demo", "10.1.1.0/24", false);
    lab.subnet("green", "demo", "10.1.2.0/24", false);
    lab.port("p1", "blue", "10.1.1.10", Optional.empty());
    lab.port("p2", "green", "10.1.2.10", Optional.empty());
    NamedNetns web = pod("web");
    ObjectNode result = lab.add(web, "demo", "[{\"portid\":\"p1\"},{\"portID\":\"p2\"}]");
    assertThat(result.at("/interfaces/0/name").asString()).isEqualTo("eth0");
    assertThat(result.at("/interfaces/0/sandbox").asString()).isEqualTo(web.path().toString());
    assertThat(result.at("/ips/1/address").asString()).isEqualTo("10.1.2.10/24");
    assertThat(result.at("/ips/1/interface").asInt()).isEqualTo(1);
    assertThat(result.path("interfaces").size()).isEqualTo(2);
    assertThat(defaultRoutes(inside(web))).containsExactly("10.1.1.1 0");
  }

  @Test
  @Proves("S000-04")
  void metricsAndGatewaysOfNicsDecideWhichDefaultRouteIsEffective() throws IOException {
    lab.subnet("blue", "demo", "10.1.1.0/24", false);
    lab.subnet("green", "demo", "10.1.2.0/24", false);
    NetnsHandle web =
        pod(
            "web",
            "demo",
            "[{\"subnet\":\"blue\",\"metric\":200},"
                + "{\"subnet\":\"green\",\"gateway\":\"10.1.2.9\",\"metric\":50}]");
    assertThat(defaultRoutes(web)).containsExactlyInAnyOrder("10.1.1.1 200", "10.1.2.9 50");
  }

  private static List<String> defaultRoutes(NetnsHandle netns) throws IOException {
    try (RouteSocket socket = RouteSocket.open(netns)) {
      return socket.routes(KernelRoute.MAIN).stream()
          .filter(route -> route.destination().isDefault() && route.destination().isV4())
          .map(route ->
              route.gateway().orElseThrow().getHostAddress() + " " + route.metric().orElse(0))
          .toList();
    }
  }

  @Test
  @Proves("S000-08")
  void secondNicThatFailsTakesTheFirstAlongAndAddCanBeRepeated() throws IOException {
    lab.subnet("blue", "demo", "10.1.1.0/24", false);
    lab.port("p1", "blue", "10.1.1.10", Optional.empty());
    lab.port("p2", "blue", "10.1.1.11", Optional.empty());
    lab.add(pod("holder"), "demo", ofPort("p2"));
    List<String> before = lab.ports();
    NamedNetns web = pod("web");
    String both = "[{\"portid\":\"p1\"},{\"portid\":\"p2\"}]";
    Frames.Reply refused = lab.tryAdd(web, "demo", both);
    assertThat(refused.exitCode()).isNotZero();
    assertThat(Json.object(refused.stdout(), "error").path("msg").asString())
        .contains("port \"default/p2\" is held by pod default/holder (eth0) on node n1");
    assertThat(lab.ports()).isEqualTo(before);
    assertThat(holder("p1")).isEmpty();
    try (RouteSocket socket = RouteSocket.open(inside(web))) {
      assertThat(socket.links()).hasSize(1);
    }
    assertThat(lab.del("holder").exitCode()).isZero();
    lab.add(web, "demo", both);
    assertThat(holder("p1")).contains("pod default/web (eth0) on node n1");
  }

  private Optional<String> holder(String port) {
    return lab
        .store
        .get(Subnet.class, new Key("default", "blue"))
        .orElseThrow()
        .object()
        .grants()
        .entrySet()
        .stream()
        .filter(grant -> grant.getKey().equals(port))
        .flatMap(grant -> grant.getValue().holder().stream())
        .map(Object::toString)
        .findFirst();
  }

  @Test
  @Proves("S000-09")
  void delNeedsNeitherNamespaceNorArgumentsNorTheAgentThatAdded() throws IOException {
    lab.subnet("blue", "demo", "10.1.1.0/24", true);
    lab.port("p1", "blue", "10.1.1.10", Optional.empty());
    NamedNetns web = lab.pod("web");
    lab.add(web, "demo", "[{\"portid\":\"p1\"},{\"name\":\"eth1\"}]");
    assertThat(lab.store.list(Port.class, "default")).hasSize(2);
    web.close();
    lab.restart();
    assertThat(lab.del("web").exitCode()).isZero();
    assertThat(lab.del("web").exitCode()).as("twice").isZero();
    assertThat(lab.store.list(Port.class, "default"))
        .extracting(port -> port.object().key().name())
        .containsExactly("p1");
    assertThat(holder("p1")).isEmpty();
    assertThat(lab.ports()).isEmpty();
    assertThat(lab.chores().sweepRouters()).hasSize(1);
    assertThat(lab.routers.listed()).isEmpty();
  }

  @Test
  @Proves("S000-09")
  void delSucceedsWhileTheApiIsAwayAndThePortIsFreeWhenItIsBack() throws IOException {
    lab.subnet("blue", "demo", "10.1.1.0/24", false);
    lab.port("p1", "blue", "10.1.1.10", Optional.empty());
    lab.add(pod("web"), "demo", ofPort("p1"));
    lab.store.away(true);
    assertThat(lab.del("web").exitCode()).isZero();
    assertThat(lab.ports()).isEmpty();
    assertThat(lab.journal().ofContainer("web")).hasSize(1);
    lab.store.away(false);
    assertThat(holder("p1")).isPresent();
    assertThat(lab.del("web").exitCode()).isZero();
    assertThat(holder("p1")).isEmpty();
    assertThat(lab.journal().ofContainer("web")).isEmpty();
  }
}

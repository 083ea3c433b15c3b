package dev.patchbay.agent.vm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.nic.Route;
import dev.patchbay.linux.netns.NamedNetns;
import dev.patchbay.linux.netns.NetnsHandle;
import dev.patchbay.linux.procfs.SysctlKey;
import dev.patchbay.linux.procfs.Sysctls;
import dev.patchbay.linux.rtnetlink.KernelRoute;
import dev.patchbay.linux.rtnetlink.LinkId;
import dev.patchbay.linux.rtnetlink.LinkKind;
import dev.patchbay.linux.rtnetlink.LinkSetting;
import dev.patchbay.linux.rtnetlink.Links;
import dev.patchbay.linux.rtnetlink.RouteSocket;
import dev.patchbay.vm.dhcp.NicLease;
import dev.patchbay.vm.dhcp.NicLease6;
import dev.patchbay.vm.dhcp.NicTalk;
import dev.patchbay.vm.dhcp.NicTalk.Fact;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real DHCP client and a real kernel at the other end of a cable that stands for the tap. */
class GuestDhcpLiveTest {
  private static final long PATIENCE = 40;
  private static final MacAddress MAC = new MacAddress("52:54:00:00:00:01");
  private static final IfName TAP = new IfName("tap-eth0");
  private static final IfName ETH0 = new IfName("eth0");
  private static final Path BUSYBOX = Path.of("/usr/bin/busybox");

  @TempDir private Path folder;
  private final BlockingQueue<Fact> facts = new LinkedBlockingQueue<>();
  private NamedNetns pod;
  private NamedNetns guest;
  private NetnsHandle inPod;
  private NetnsHandle inGuest;
  private KernelWires wires;

  @BeforeEach
  void prepare() throws IOException {
    try {
      NetnsHandle.create().close();
    } catch (IOException e) {
      Assumptions.abort("needs the right to make network namespaces: " + e.getMessage());
    }
    pod = NamedNetns.create(folder, "pod");
    guest = NamedNetns.create(folder, "guest");
    inPod = pod.open();
    inGuest = guest.open();
    wires = KernelWires.start();
    try (RouteSocket routes = RouteSocket.open(inPod)) {
      routes.run(
          Links.add(TAP, new LinkKind.Veth(ETH0, new LinkSetting.IntoNetns(inGuest))),
          Links.set(LinkId.of(TAP), new LinkSetting.Up(true)));
    }
  }

  @AfterEach
  void cleanUp() throws IOException {
    if (wires != null) {
      wires.close();
      inPod.close();
      inGuest.close();
      pod.close();
      guest.close();
    }
  }

  private void upInGuest() throws IOException {
    try (RouteSocket routes = RouteSocket.open(inGuest)) {
      routes.run(
          Links.set(LinkId.of(ETH0), new LinkSetting.Mac(MAC)),
          Links.set(LinkId.of(ETH0), new LinkSetting.Up(true)));
    }
  }

  private Responders serving(NicTalk talk) throws IOException {
    Netns netns = new Netns(pod.path().toString(), inPod.cookie());
    GuestNic nic = new GuestNic("vm1", "eth0", "demo/vm", netns, ETH0, TAP, talk, Optional.empty());
    Responders responders =
        new Responders(
            wires,
            () -> List.of(nic),
            new Responders.Audience() {
              @Override
              public void serves(Collection<GuestNic> all) {}

              @Override
              public void heard(GuestNic from, Fact fact) {
                facts.add(fact);
              }
            });
    responders.sync();
    return responders;
  }

  private static Inet4Address v4(String text) {
    return (Inet4Address) Cidr.ip(text);
  }

  /** What busybox's client hands to its script once it has a lease. */
  private Map<String, String> leased() throws Exception {
    Path script = folder.resolve("script");
    Path heard = folder.resolve("heard");
    Files.writeString(
        script,
        "#!/bin/sh\n[ \"$1\" = bound ] && env > "
            + heard
            + ".new && mv "
            + heard
            + ".new "
            + heard
            + "\nexit 0\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    Process client =
        new ProcessBuilder(
                "nsenter",
                "--net=" + guest.path(),
                BUSYBOX.toString(),
                "udhcpc",
                "-f",
                "-n",
                "-q",
                "-t",
                "5",
                "-T",
                "2",
                "-i",
                "eth0",
                "-O",
                "mtu",
                "-O",
                "staticroutes",
                "-O",
                "search",
                "-s",
                script.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("client.log").toFile())
            .start();
    try {
      assertThat(client.waitFor(PATIENCE, TimeUnit.SECONDS)).as("the client ends").isTrue();
    } finally {
      client.destroyForcibly();
    }
    assertThat(client.exitValue()).as(Files.readString(folder.resolve("client.log"))).isZero();
    Map<String, String> all = new HashMap<>();
    for (String line : Files.readAllLines(heard, UTF_8)) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        all.put(line.substring(0, equals), line.substring(equals + 1));
      }
    }
    return all;
  }

  @Test
  void aDhcpClientGetsTheNicsLeaseWithAGatewayOutsideItsNetwork() throws Exception {
    Assumptions.assumeTrue(Files.exists(BUSYBOX), "needs " + BUSYBOX + " with udhcpc");
    NicLease lease =
        new NicLease(
            Cidr.parse("192.168.135.129/32"),
            List.of(Route.to(Cidr.parse("0.0.0.0/0"), Optional.of(v4("169.254.1.1")))),
            List.of(v4("10.96.0.10")),
            Optional.of("cluster.local"),
            List.of("demo.svc.cluster.local", "cluster.local"),
            Optional.of("nginx-vm"),
            OptionalInt.of(1440));
    upInGuest();
    try (Responders _ = serving(new NicTalk(MAC, Optional.of(lease), Optional.empty()))) {
      Map<String, String> got = leased();

      assertThat(got)
          .containsEntry("ip", "192.168.135.129")
          .containsEntry("mask", "32")
          .containsEntry("mtu", "1440")
          .containsEntry("dns", "10.96.0.10")
          .containsEntry("hostname", "nginx-vm")
          .containsEntry("domain", "cluster.local")
          .containsEntry("search", "demo.svc.cluster.local cluster.local")
          .containsEntry("staticroutes", "169.254.1.1/32 0.0.0.0 0.0.0.0/0 169.254.1.1");
      assertThat(facts.poll(PATIENCE, TimeUnit.SECONDS))
          .isEqualTo(new Fact.Took(Cidr.ip("192.168.135.129")));
    }
  }

  @Test
  void aKernelTakesNetworkRouterAndMtuFromTheAdvertisement() throws Exception {
    Inet6Address router = (Inet6Address) Cidr.ip("fe80::ecee:eeff:feee:eeee");
    NicLease6 lease =
        new NicLease6(
            List.of(Cidr.parse("fd00:1::7/64")),
            Optional.of(
                new NicLease6.Router(Optional.of(router), Optional.empty(), true, List.of())),
            List.of(),
            List.of(),
            OptionalInt.of(1400));
    try (Responders _ = serving(new NicTalk(MAC, Optional.empty(), Optional.of(lease)))) {
      inGuest.inside(() -> {
        Files.writeString(Path.of("/proc/sys/net/ipv6/conf/eth0/accept_ra"), "2");
        Files.writeString(Path.of("/proc/sys/net/ipv6/conf/eth0/router_solicitation_delay"), "0");
        return true;
      });
      upInGuest();
      List<KernelRoute> routes = awaitRoutes();

      assertThat(routes)
          .anySatisfy(route -> {
            assertThat(route.destination()).isEqualTo(Cidr.parse("::/0"));
            assertThat(route.gateway()).contains(router);
          })
          .anySatisfy(route -> {
            assertThat(route.destination()).isEqualTo(Cidr.parse("fd00:1::/64"));
            assertThat(route.gateway()).isEmpty();
          });
      assertThat(Sysctls.read(inGuest, SysctlKey.of("net", "ipv6", "conf", "eth0", "mtu")))
          .isEqualTo("1400");
    }
  }

  /** The routes of the guest's kernel once an advertisement has made the default route. */
  private List<KernelRoute> awaitRoutes() throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE);
    try (RouteSocket routes = RouteSocket.open(inGuest)) {
      int eth0 = routes.link(LinkId.of(ETH0)).orElseThrow().index();
      while (true) {
        List<KernelRoute> all = routes.routesThrough(eth0);
        if (all.stream().anyMatch(route -> route.destination().isDefault())) {
          return all;
        }
        assertThat(System.nanoTime()).as("no default route in time: %s", all).isLessThan(deadline);
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }
  }
}

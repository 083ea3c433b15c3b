package dev.patchbay.agent.vm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.agent.cni.NicResults;
import dev.patchbay.agent.journal.NicRecord;
import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.DeviceSelector;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.nic.NicState;
import dev.patchbay.core.nic.Route;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.HostObserver;
import dev.patchbay.core.plan.HostView;
import dev.patchbay.core.plan.Link;
import dev.patchbay.core.plan.LinkSettings;
import dev.patchbay.core.plan.MovedDevice;
import dev.patchbay.vm.dhcp.NicLease;
import dev.patchbay.vm.dhcp.NicLease6;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GuestLeasesTest {
  private static final Netns NETNS = GuestRecords.NETNS;
  private static final MacAddress MAC = GuestRecords.MAC;

  private final Map<IfName, HostObserver.ObservedLink> links = new HashMap<>();
  private final GuestLeases leases = new GuestLeases(new Observer(), NicResults::of);

  /** Sees the links that a test puts there. */
  private final class Observer implements HostObserver {
    @Override
    public Optional<ObservedLink> observe(Netns netns, IfName link) {
      assertThat(netns).isEqualTo(NETNS);
      return Optional.ofNullable(links.get(link));
    }

    @Override
    public Identity identify(Netns netns) {
      throw new UnsupportedOperationException();
    }

    @Override
    public HostView view(Set<IfName> mentioned) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Optional<MovedDevice> device(DeviceSelector device) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Optional<LinkSettings> settings(Netns netns, IfName link, LinkSettings which) {
      throw new UnsupportedOperationException();
    }
  }

  private static NicRecord nic(String name, int position, String more) {
    return GuestRecords.nic(name, position, more, Optional.of(GuestRecords.MACHINE));
  }

  private static Route route(String to, String via, int metric) {
    return new Route(
        Cidr.parse(to),
        Optional.of(via).filter(text -> !text.isEmpty()).map(Cidr::ip),
        OptionalInt.empty(),
        OptionalInt.empty(),
        metric == 0 ? OptionalInt.empty() : OptionalInt.of(metric),
        OptionalInt.empty(),
        OptionalInt.empty());
  }

  private void has(String name, Route... routes) {
    Link link = new Link(NETNS, 3, new IfName(name), MAC, 1440);
    links.put(
        new IfName(name),
        new HostObserver.ObservedLink(link, "veth", true, List.of(), List.of(routes)));
  }

  private NicLease lease(GuestNic nic) {
    return nic.talk().lease().orElseThrow();
  }

  private static final String CALICO =
      "\"ips\": [{\"address\": \"192.168.135.129/32\", \"interface\": 1}]";

  @Test
  void whatAPluginLeavesInTheNamespaceAndDoesNotReportIsTold() {
    has("eth0", route("169.254.1.1/32", "", 0), route("0.0.0.0/0", "169.254.1.1", 0));

    GuestNic nic = leases.of(List.of(nic("eth0", 0, CALICO))).getFirst();
    assertThat(nic.vm()).isEqualTo("uid-1");
    assertThat(nic.device()).isEqualTo("eth0");
    assertThat(nic.tap()).isEqualTo(new IfName("tap-eth0"));
    assertThat(nic).hasToString("demo/nginx-vm eth0");
    assertThat(nic.talk().guest()).isEqualTo(MAC);
    assertThat(lease(nic).address()).isEqualTo(Cidr.parse("192.168.135.129/32"));
    assertThat(lease(nic).routes())
        .containsExactly(route("169.254.1.1/32", "", 0), route("0.0.0.0/0", "169.254.1.1", 0));
    assertThat(lease(nic).hostName()).contains("nginx-vm");
    assertThat(lease(nic).mtu()).hasValue(1440);
  }

  @Test
  void whereTheNamespaceCannotBeSeenWhatWasReportedIsTold() {
    String reported =
        """
        "ips": [{"address": "10.1.2.3/24", "gateway": "10.1.2.1", "interface": 1}],
        "routes": [{"dst": "0.0.0.0/0"}, {"dst": "10.9.0.0/16", "gw": "10.1.2.9"}],
        "dns": {"nameservers": ["10.96.0.10", "fd00::53", "nonsense"],
                "domain": "cluster.local", "search": ["demo.svc.cluster.local"]}
        """;
    NicLease lease = lease(leases.of(List.of(nic("eth0", 0, reported))).getFirst());

    assertThat(lease.routes())
        .containsExactly(route("0.0.0.0/0", "10.1.2.1", 0), route("10.9.0.0/16", "10.1.2.9", 0));
    assertThat(lease.dns()).containsExactly((Inet4Address) Cidr.ip("10.96.0.10"));
    assertThat(lease.domain()).contains("cluster.local");
    assertThat(lease.search()).containsExactly("demo.svc.cluster.local");
  }

  @Test
  void onlyTheBestDefaultRouteOfAGuestIsTold() {
    String flannel = "\"ips\": [{\"address\": \"10.244.1.6/24\", \"interface\": 1}]";
    has("eth0", route("0.0.0.0/0", "169.254.1.1", 200));
    has(
        "eth1",
        route("10.244.1.0/24", "", 0),
        route("10.244.0.0/16", "10.244.1.1", 0),
        route("0.0.0.0/0", "10.244.1.1", 100));
    List<GuestNic> nics = leases.of(List.of(nic("eth1", 1, flannel), nic("eth0", 0, CALICO)));

    assertThat(nics).extracting(GuestNic::device).containsExactly("eth0", "eth1-2");
    assertThat(lease(nics.getFirst()).routes()).isEmpty();
    assertThat(lease(nics.getLast()).routes())
        .containsExactly(
            route("10.244.0.0/16", "10.244.1.1", 0), route("0.0.0.0/0", "10.244.1.1", 100));

    has("eth0", route("0.0.0.0/0", "169.254.1.1", 100));
    nics = leases.of(List.of(nic("eth1", 1, flannel), nic("eth0", 0, CALICO)));
    assertThat(lease(nics.getFirst()).routes()).as("the first of equals").hasSize(1);
    assertThat(lease(nics.getLast()).routes()).hasSize(1);
  }

  @Test
  void anIpv6GatewayIsAdvertisedByItsOwnAddressOrLookedFor() {
    String both =
        "\"ips\": [{\"address\": \"fd00:1::7/64\", \"interface\": 1},"
            + " {\"address\": \"10.1.2.3/24\", \"interface\": 1}]";
    has(
        "eth0",
        route("fd00:1::/64", "", 256),
        route("fe80::/64", "", 256),
        route("fd00:2::/48", "fd00:1::1", 1024),
        route("::/0", "fd00:1::1", 1024));
    GuestNic global = leases.of(List.of(nic("eth0", 0, both))).getFirst();
    NicLease6 lease = global.talk().lease6().orElseThrow();
    assertThat(global.gateway()).contains((Inet6Address) Cidr.ip("fd00:1::1"));
    assertThat(lease.router().orElseThrow())
        .isEqualTo(
            new NicLease6.Router(
                Optional.empty(), Optional.empty(), true, List.of(Cidr.parse("fd00:2::/48"))));
    assertThat(global.talk().lent()).containsExactly(Cidr.ip("10.1.2.3"), Cidr.ip("fd00:1::7"));

    has("eth0", route("::/0", "fe80::1", 1024));
    GuestNic local = leases.of(List.of(nic("eth0", 0, both))).getFirst();
    assertThat(local.gateway()).isEmpty();
    assertThat(local.talk().lease6().orElseThrow().router().orElseThrow().linkLocal())
        .contains((Inet6Address) Cidr.ip("fe80::1"));
  }

  @Test
  void aNicWithoutAddressesIsListenedToAndOnesOfContainersOrOnTheirWayOutAreNot() {
    NicRecord bare = nic("eth0", 0, "\"ips\": []");
    GuestNic nic = leases.of(List.of(bare)).getFirst();
    assertThat(nic.talk().lease()).isEmpty();
    assertThat(nic.talk().lease6()).isEmpty();

    NicRecord pending =
        bare.in(NicState.DETACH_PENDING, bare.bound(), Instant.EPOCH, Optional.empty());
    NicRecord unhanded = bare.in(NicState.ATTACHED, Bindings.NONE, Instant.EPOCH, Optional.empty());
    NicRecord container = GuestRecords.nic("eth0", 0, CALICO, Optional.empty());
    assertThat(leases.of(List.of(pending, unhanded, container))).isEmpty();
  }
}

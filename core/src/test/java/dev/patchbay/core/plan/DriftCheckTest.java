package dev.patchbay.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.core.nic.Addressing;
import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.DeviceSelector;
import dev.patchbay.core.nic.Dns;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.nic.Route;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DriftCheckTest {
  private static final Link LINK = Machine.link(new IfName("eth0"));
  private static final Cidr ADDRESS = Cidr.parse("10.1.0.2/24");
  private static final Route ROUTE = Route.to(Cidr.parse("10.9.0.0/16"), Optional.empty());
  private static final Route DEFAULT = Route.to(Cidr.parse("0.0.0.0/0"), Optional.empty());
  private static final NicResult MADE =
      new NicResult(
          List.of(LINK),
          Optional.of(LINK),
          new Addressing(
              List.of(new Addressing.Ip(ADDRESS, Optional.empty())),
              List.of(ROUTE, DEFAULT),
              Dns.NONE));

  private static List<String> missing(
      Link link, boolean up, List<Cidr> addresses, List<Route> routes) {
    return DriftCheck.missing(
        MADE, Optional.of(new HostObserver.ObservedLink(link, "veth", up, addresses, routes)));
  }

  @Test
  void nothingIsMissingWhenAllIsThereAndMore() {
    assertThat(
            missing(
                LINK,
                true,
                List.of(Cidr.parse("fe80::1/64"), ADDRESS),
                List.of(Route.to(Cidr.parse("10.8.0.0/16"), Optional.empty()), ROUTE)))
        .isEmpty();
  }

  @Test
  void defaultRouteMayBeAnothersBySeveralNics() {
    assertThat(missing(LINK, true, List.of(ADDRESS), List.of(ROUTE))).isEmpty();
  }

  @Test
  void linkThatIsGoneIsAllThatIsTold() {
    assertThat(DriftCheck.missing(MADE, Optional.empty()))
        .containsExactly("interface \"eth0\" is missing in /run/netns/pod");
  }

  @Test
  void everythingThatDiffersIsTold() {
    Link other =
        new Link(LINK.netns(), 9, LINK.name(), new MacAddress("02:00:00:00:00:09"), LINK.mtu());
    assertThat(missing(other, false, List.of(Cidr.parse("10.1.0.2/16")), List.of()))
        .containsExactly(
            "interface \"eth0\" is another one: index 9 instead of 7",
            "interface \"eth0\" has address 02:00:00:00:00:09 instead of 02:00:00:00:00:07",
            "interface \"eth0\" is down",
            "address 10.1.0.2/24 is missing on \"eth0\"",
            "route to 10.9.0.0/16 is missing on \"eth0\"");
  }

  @Test
  void nicWhoseLinkWasNeverBoundHasNothingToMiss() {
    assertThat(
            DriftCheck.missing(
                new NicResult(List.of(), Optional.empty(), Addressing.NONE), Optional.empty()))
        .isEmpty();
  }

  @Test
  void defaultRouteOfAnOnlyNicIsMissed() {
    var seen = new HostObserver.ObservedLink(LINK, "veth", true, List.of(ADDRESS), List.of(ROUTE));
    assertThat(DriftCheck.missing(MADE, new Seen(Map.of(LINK, seen)), true))
        .containsExactly("route to 0.0.0.0/0 is missing on \"eth0\"");
    assertThat(DriftCheck.missing(MADE, new Seen(Map.of(LINK, seen)), false)).isEmpty();
  }

  @Test
  void whatTheNicHangsOnAtTheHostIsMissed() {
    Link bridge = new Link(Netns.HOST, 3, new IfName("br0"), LINK.mac(), 1500);
    Link cable = new Link(Netns.HOST, 4, new IfName("veth1"), LINK.mac(), 1500);
    var made =
        new NicResult(
            List.of(bridge, cable, LINK),
            MADE.pod(),
            new Addressing(List.of(), List.of(), Dns.NONE));
    Map<Link, HostObserver.ObservedLink> there = new HashMap<>();
    there.put(LINK, new HostObserver.ObservedLink(LINK, "veth", true, List.of(), List.of()));
    there.put(cable, new HostObserver.ObservedLink(cable, "veth", false, List.of(), List.of()));
    assertThat(DriftCheck.missing(made, new Seen(there), true))
        .containsExactly("\"br0\" is missing in host", "\"veth1\" in host is down");
  }

  @Test
  void settingsThatWereChangedBackAreTold() {
    var wanted = settings(Map.of("net.ipv4.tcp_rmem", "1 2 3"), 1400, true, 2000);
    assertThat(DriftCheck.untuned(LINK.name(), wanted, Optional.of(wanted))).isEmpty();
    assertThat(
            DriftCheck.untuned(
                LINK.name(),
                wanted,
                Optional.of(settings(Map.of("net.ipv4.tcp_rmem", "1\t2\t3"), 1400, true, 2000))))
        .isEmpty();
    assertThat(
            DriftCheck.untuned(
                LINK.name(),
                wanted,
                Optional.of(settings(Map.of("net.ipv4.tcp_rmem", "4"), 1500, false, 9))))
        .containsExactly(
            "mtu of \"eth0\" is 1500 instead of 1400",
            "promisc of \"eth0\" is false instead of true",
            "sysctl net.ipv4.tcp_rmem of \"eth0\" is 4 instead of 1 2 3",
            "txQLen of \"eth0\" is 9 instead of 2000");
    assertThat(DriftCheck.untuned(LINK.name(), wanted, Optional.empty()))
        .containsExactly("settings of \"eth0\" cannot be read");
  }

  private static LinkSettings settings(
      Map<String, String> sysctl, int mtu, boolean promisc, int txQLen) {
    return new LinkSettings(
        sysctl,
        Optional.empty(),
        OptionalInt.of(mtu),
        Optional.of(promisc),
        Optional.empty(),
        OptionalInt.of(txQLen));
  }

  /** A machine of which only these links are known. */
  private record Seen(Map<Link, ObservedLink> links) implements HostObserver {
    @Override
    public Identity identify(Netns netns) {
      return new Identity.There(netns, netns.isHost());
    }

    @Override
    public HostView view(Set<IfName> mentioned) {
      return new HostView(Map.of(), Optional.empty(), List.of());
    }

    @Override
    public Optional<MovedDevice> device(DeviceSelector device) {
      return Optional.empty();
    }

    @Override
    public Optional<ObservedLink> observe(Netns netns, IfName name) {
      return links.values().stream()
          .filter(seen -> seen.link().netns().equals(netns) && seen.link().name().equals(name))
          .findFirst();
    }

    @Override
    public Optional<LinkSettings> settings(Netns netns, IfName link, LinkSettings which) {
      return Optional.empty();
    }
  }

  @Test
  void nicOfAGuestNeedsItsTapAndTheWayBothWays() {
    var made =
        new LinkOp.HandOver(
            LINK.netns(), LINK.name(), new IfName("tap0"), 107, new Ref<>("handed"));
    var handed = new HandedOver(LINK.mac(), LINK.mtu(), 9, Map.of());
    Link tap = new Link(LINK.netns(), 9, made.tap(), new MacAddress("02:00:00:00:00:99"), 1500);
    assertThat(handedOver(made, handed, LINK, 9, tap, LINK.index())).isEmpty();
    assertThat(handedOver(made, handed, LINK, 0, tap, LINK.index()))
        .containsExactly("what comes in by \"eth0\" does not go to \"tap0\"");
    assertThat(handedOver(made, handed, LINK, 9, tap, 77))
        .containsExactly("what comes in by \"tap0\" does not go to \"eth0\"");
    Link another = new Link(LINK.netns(), 10, made.tap(), tap.mac(), 1500);
    assertThat(handedOver(made, handed, LINK, 10, another, LINK.index()))
        .singleElement()
        .satisfies(text -> assertThat(text).startsWith("interface \"tap0\" is missing in "));
  }

  private static List<String> handedOver(
      LinkOp.HandOver made, HandedOver handed, Link nic, int to, Link tap, int back) {
    Map<Link, HostObserver.ObservedLink> there = new HashMap<>();
    there.put(nic, redirected(nic, to));
    there.put(tap, redirected(tap, back));
    return DriftCheck.missing(made, handed, new Seen(there));
  }

  private static HostObserver.ObservedLink redirected(Link link, int to) {
    return new HostObserver.ObservedLink(
        link, "tun", true, List.of(), List.of(), OptionalInt.of(to));
  }
}

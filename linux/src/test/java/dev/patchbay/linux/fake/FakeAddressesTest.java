package dev.patchbay.linux.fake;

import static dev.patchbay.linux.fake.Story.BR0;
import static dev.patchbay.linux.fake.Story.ETH0;
import static dev.patchbay.linux.fake.Story.NET1;
import static dev.patchbay.linux.fake.Story.NO;
import static dev.patchbay.linux.fake.Story.ref;
import static dev.patchbay.linux.fake.Story.route;
import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.nic.Route;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.HostView;
import dev.patchbay.core.plan.Lease;
import dev.patchbay.core.plan.LinkOp;
import dev.patchbay.core.plan.LinkSettings;
import dev.patchbay.core.plan.Performed;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Addresses, routes and settings follow one another as in the kernel. */
class FakeAddressesTest {
  private final Story story = new Story();
  private final FakeKernel kernel = story.kernel;

  FakeAddressesTest() {
    story.does(story.addVeth(NO, Optional.empty()));
  }

  private Performed configure(Route route, String... ips) {
    return story.perform(story.configure(ETH0, story.lease("lease", List.of(route), ips)));
  }

  @Test
  void routeNeedsAGatewayThatTheLinkReaches() {
    Route far = Route.to(Cidr.parse("0.0.0.0/0"), Optional.of(Cidr.ip("10.9.9.1")));
    Route far6 = Route.to(Cidr.parse("::/0"), Optional.of(Cidr.ip("fd99::1")));
    Route local6 = Route.to(Cidr.parse("fd02::/64"), Optional.of(Cidr.ip("fe80::1")));
    story.does(story.up(ETH0));
    var use = story.lease("lease", List.of(far), "10.1.2.5/24>10.1.2.1");
    assertThat(story.errnoOf(story.configure(ETH0, use)))
        .isEqualTo("ENETUNREACH Nexthop has invalid gateway");
    var use6 = story.lease("lease", List.of(far6), "fd00::5/64");
    assertThat(story.errnoOf(story.configure(ETH0, use6))).isEqualTo("EHOSTUNREACH");
    assertThat(configure(local6, "fd00::5/64")).isInstanceOf(Performed.Done.class);
    assertThat(kernel.dump()).contains("route fd02::/64 via fe80::1 dev eth0");
  }

  @Test
  void routeNeedsALinkThatIsUp() {
    var use = story.lease("lease", List.of(route("0.0.0.0/0")), "10.1.2.5/24>10.1.2.1");
    assertThat(story.errnoOf(story.configure(ETH0, use)))
        .isEqualTo("ENETUNREACH Nexthop has invalid gateway");
    var onLink = story.lease("lease", List.of(route("10.3.0.0/16")), "10.1.2.5/24");
    assertThat(story.errnoOf(story.configure(ETH0, onLink)))
        .isEqualTo("ENETDOWN Device for nexthop is not up");
    var onLink6 = story.lease("lease", List.of(route("fd03::/64")), "fd00::5/64");
    assertThat(story.errnoOf(story.configure(ETH0, onLink6)))
        .isEqualTo("ENETDOWN Nexthop device is not up");
  }

  @Test
  void addressAndRouteThatAreThereAlreadyAreRefused() {
    story.does(story.up(ETH0));
    var use = story.lease("lease", List.of(route("0.0.0.0/0")), "10.1.2.5/24>10.1.2.1");
    story.does(story.configure(ETH0, use));
    assertThat(story.errnoOf(story.configure(ETH0, use)))
        .isEqualTo("EEXIST ipv4: Address already assigned");
    var sameRoute = story.lease("lease", List.of(route("0.0.0.0/0")), "10.1.2.6/24>10.1.2.1");
    assertThat(story.errnoOf(story.configure(ETH0, sameRoute))).isEqualTo("EEXIST");
    var use6 = story.lease("lease", List.of(), "fd00::5/64");
    story.does(story.configure(ETH0, use6));
    var otherPrefix = story.lease("lease", List.of(), "fd00::5/48");
    assertThat(story.errnoOf(story.configure(ETH0, otherPrefix)))
        .isEqualTo("EEXIST ipv6: address already assigned");
  }

  @Test
  void goingDownCostsRoutesAndIpv6AddressesAndComingUpBringsBackOnlyTheConnectedOne() {
    story.does(story.up(ETH0));
    var use =
        story.lease(
            "lease", List.of(route("0.0.0.0/0")), "10.1.2.5/24>10.1.2.1", "fd00::5/64>fd00::1");
    story.does(story.configure(ETH0, use));
    kernel.setSysctl(story.pod, "net.ipv6.conf.eth0.keep_addr_on_down", "0");
    story.does(new LinkOp.SetDown(story.pod, ETH0));
    assertThat(kernel.dump()).doesNotContain("route").contains("address 10.1.2.5/24");
    assertThat(kernel.addresses(story.pod, ETH0)).containsExactly(Cidr.parse("10.1.2.5/24"));
    story.does(story.up(ETH0));
    assertThat(kernel.dump()).contains("route 10.1.2.0/24 dev eth0").doesNotContain("0.0.0.0/0");
  }

  @Test
  void configuredIpv6AddressSurvivesGoingDown() {
    story.does(
        story.up(ETH0), story.configure(ETH0, story.lease("lease", List.of(), "fd00::5/64")));
    String before = kernel.dump();
    story.does(new LinkOp.SetDown(story.pod, ETH0), story.up(ETH0));
    assertThat(kernel.dump()).isEqualTo(before).contains("route fd00::/64 dev eth0");
  }

  @Test
  void routesKeepMetricTableAndSizes() {
    story.does(story.up(ETH0));
    Route full =
        new Route(
            Cidr.parse("10.3.0.0/16"),
            Optional.empty(),
            OptionalInt.of(1400),
            OptionalInt.of(1360),
            OptionalInt.of(50),
            OptionalInt.of(100),
            NO);
    assertThat(configure(full, "10.1.2.5/24>10.1.2.1")).isInstanceOf(Performed.Done.class);
    assertThat(kernel.dump())
        .contains(
            "route 10.3.0.0/16 via 10.1.2.1 dev eth0 metric 50 mtu 1400 advmss 1360 table 100");
  }

  @Test
  void pointToPointGoesThroughItsGatewayAlone() {
    story.does(story.up(ETH0));
    var use = story.lease("lease", List.of(), "10.1.2.5/24>10.1.2.1", "fd00::5/64>fd00::1");
    story.does(
        new LinkOp.RouteToPod(ref("hostEnd"), use),
        new LinkOp.Configure(story.pod, ETH0, use, LinkOp.RouteStyle.VIA_GATEWAY));
    assertThat(kernel.dump().lines().map(String::strip).filter(line -> line.startsWith("route")))
        .containsExactly(
            "route 10.1.2.5/32 dev veth1",
            "route fd00::1/128 dev veth1",
            "route fd00::5/128 dev veth1",
            "route 10.1.2.0/24 via 10.1.2.1 dev eth0",
            "route 10.1.2.1/32 dev eth0",
            "route fd00::/64 via fd00::1 dev eth0",
            "route fd00::1/128 dev eth0");
    assertThat(kernel.addresses(Netns.HOST, Story.VETH)).hasSize(2);
    assertThat(story.link("hostEnd").name()).isEqualTo(Story.VETH);
  }

  @Test
  void oneLinkKeepsItsDefaultRouteAndTheOthersLoseTheirsOfThatFamily() {
    kernel.addDummy(story.pod, NET1, new MacAddress("02:00:00:00:00:07"));
    story.does(story.up(ETH0), story.up(NET1));
    var one =
        story.lease(
            "one",
            List.of(route("0.0.0.0/0"), route("::/0")),
            "10.1.2.5/24>10.1.2.1",
            "fd00::5/64>fd00::1");
    var two = story.lease("two", List.of(route("0.0.0.0/0")), "10.2.2.5/24>10.2.2.1");
    story.does(story.configure(ETH0, one), story.configure(NET1, two));
    assertThat(kernel.dump().lines().filter(line -> line.contains(" 0.0.0.0/0 "))).hasSize(2);
    story.does(new LinkOp.KeepDefaultRoute(story.pod, NET1));
    assertThat(kernel.dump())
        .contains("route 0.0.0.0/0 via 10.2.2.1 dev net1")
        .doesNotContain("via 10.1.2.1")
        .contains("via fd00::1 dev eth0");
  }

  @Test
  void loopbackComesUpWithItsAddressesAndAPodWithoutItIsGone() {
    var op = new LinkOp.SetLoopbackUp(story.pod, ref("lo"), ref("lease"));
    story.does(op, op);
    assertThat(story.bound.lease(ref("lease")).map(Lease::addressing).orElseThrow().ips())
        .extracting(ip -> ip.address().toString())
        .containsExactly("127.0.0.1/8", "::1/128");
    story.does(new LinkOp.SetDown(story.pod, new IfName("lo")));
    assertThat(kernel.dump()).contains("link lo loopback down");
  }

  @Test
  void tunedSettingsAreNotedAndPutBack() {
    String before = kernel.dump();
    var settings =
        new LinkSettings(
            Map.of("net.ipv4.conf.eth0.rp_filter", "2", "net/core/somaxconn", "500"),
            Optional.of(new MacAddress("02:00:00:00:00:77")),
            OptionalInt.of(1400),
            Optional.of(true),
            Optional.of(true),
            OptionalInt.of(5));
    story.does(new LinkOp.Tune(story.pod, ETH0, settings, ref("before"), ref("after")));
    assertThat(kernel.dump())
        .contains("down mtu 1400 mac 02:00:00:00:00:77 promisc allmulti txqlen 5")
        .contains("sysctl net/core/somaxconn = 500", "sysctl net/ipv4/conf/eth0/rp_filter = 2");
    assertThat(story.link("after").mtu()).isEqualTo(1400);
    assertThat(kernel.sysctl(story.pod, "net/ipv4/conf/eth0/rp_filter")).contains("2");
    LinkOp untune = new LinkOp.Untune(story.pod, ETH0, ref("before"), LinkSettings.NONE);
    story.does(untune);
    assertThat(kernel.dump()).isEqualTo(before);
    kernel.delete(story.pod, ETH0);
    story.does(untune);
  }

  @Test
  void unknownSysctlIsRefusedAndNothingIsTuned() {
    var settings =
        new LinkSettings(
            Map.of("net.ipv4.conf.eth0.no_such", "2"),
            Optional.empty(),
            OptionalInt.of(1400),
            Optional.empty(),
            Optional.empty(),
            NO);
    var op = new LinkOp.Tune(story.pod, ETH0, settings, ref("before"), ref("after"));
    assertThat(story.refuses(op).message()).contains("no_such", "ENOENT");
  }

  @Test
  void settingsOfALinkGoWithIt() {
    kernel.setSysctl(story.pod, "net.ipv6.conf.eth0.accept_ra", "0");
    assertThat(kernel.dump()).contains("sysctl net/ipv6/conf/eth0/accept_ra = 0");
    kernel.delete(story.pod, ETH0);
    story.does(story.addVeth(NO, Optional.empty()));
    assertThat(kernel.sysctl(story.pod, "net.ipv6.conf.eth0.accept_ra")).contains("1");
  }

  @Test
  void announcingNeedsALink() {
    var use = story.lease("lease", List.of(), "10.1.2.5/24");
    story.does(new LinkOp.Announce(story.pod, ETH0, use));
    assertThat(story.errnoOf(new LinkOp.Announce(story.pod, BR0, use))).isEqualTo("ENODEV");
  }

  @Test
  void podsOfOneAddressCannotBothBeRoutedTo() {
    var use = story.lease("lease", List.of(), "10.1.2.5/24>10.1.2.1");
    story.does(new LinkOp.RouteToPod(ref("hostEnd"), use));
    kernel.addDummy(Netns.HOST, NET1, new MacAddress("02:00:00:00:00:07"));
    story.bound =
        story.bound.and(Bindings.of(ref("other"), kernel.link(Netns.HOST, NET1).orElseThrow()));
    assertThat(story.errnoOf(new LinkOp.RouteToPod(ref("other"), use))).isEqualTo("EEXIST");
  }

  @Test
  void hostIsSeenWithItsDefaultLink() {
    story.does(Story.ensureBridge());
    kernel.addAddress(Netns.HOST, BR0, Cidr.parse("10.7.0.2/24"));
    kernel.addRoute(Netns.HOST, BR0, Cidr.parse("0.0.0.0/0"), Optional.of(Cidr.ip("10.7.0.1")));
    assertThat(kernel.view(Set.of(BR0)))
        .isEqualTo(
            new HostView(
                Map.of(BR0, new HostView.HostLink(BR0, "bridge", 1500)),
                Optional.of(BR0),
                List.of()));
    assertThat(kernel.view(Set.of(NET1)).present()).containsExactly(BR0, Story.VETH);
  }

  @Test
  void linkIsObservedAsItWasMade() {
    story.does(story.up(ETH0));
    var use = story.lease("lease", List.of(route("0.0.0.0/0")), "10.1.2.5/24>10.1.2.1");
    story.does(story.configure(ETH0, use));
    var observed = kernel.observe(story.pod, ETH0).orElseThrow();
    assertThat(observed.link()).isEqualTo(story.link("podEnd"));
    assertThat(observed.kind()).isEqualTo("veth");
    assertThat(observed.up()).isTrue();
    assertThat(observed.addresses()).containsExactly(Cidr.parse("10.1.2.5/24"));
    assertThat(observed.routes())
        .containsExactly(
            route("10.1.2.0/24"),
            Route.to(Cidr.parse("0.0.0.0/0"), Optional.of(Cidr.ip("10.1.2.1"))));
    assertThat(kernel.observe(story.pod, NET1)).isEmpty();
  }
}

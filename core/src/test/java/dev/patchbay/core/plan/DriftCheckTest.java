package dev.patchbay.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.core.nic.Addressing;
import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.Dns;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.Route;
import java.util.List;
import java.util.Optional;
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
}

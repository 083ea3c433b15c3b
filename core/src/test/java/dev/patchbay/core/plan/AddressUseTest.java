package dev.patchbay.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.core.nic.Addressing;
import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.Dns;
import dev.patchbay.core.nic.Route;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AddressUseTest {
  private static final Ref<Lease> LEASE = new Ref<>("lease");
  private static final Dns GIVEN =
      new Dns(List.of("10.0.0.53"), Optional.empty(), List.of(), List.of());

  private static Addressing.Ip ip(String address) {
    return new Addressing.Ip(Cidr.parse(address), Optional.empty());
  }

  private static Addressing.Ip ip(String address, String gateway) {
    return new Addressing.Ip(Cidr.parse(address), Optional.of(Cidr.ip(gateway)));
  }

  private static Bindings bound(List<Addressing.Ip> ips, Route... routes) {
    return Bindings.of(LEASE, new Lease(new Addressing(ips, List.of(routes), GIVEN)));
  }

  private static List<String> routes(Addressing addressing) {
    return addressing.routes().stream()
        .map(route -> route.dst() + " via " + route.gw().map(gw -> gw.getHostAddress()).orElse("-"))
        .toList();
  }

  @Test
  void leaseIsUsedAsItIsUnlessMoreIsSaid() {
    Bindings bound =
        bound(List.of(ip("10.1.0.2/24")), Route.to(Cidr.parse("10.9.0.0/16"), Optional.empty()));
    assertThat(AddressUse.plain(LEASE).in(bound))
        .isEqualTo(bound.lease(LEASE).orElseThrow().addressing());
  }

  @Test
  void nothingIsThereBeforeTheLeaseIs() {
    assertThat(new AddressUse(LEASE, true, true, Optional.empty()).in(Bindings.NONE))
        .isEqualTo(Addressing.NONE);
  }

  @Test
  void firstAddressOfTheSubnetIsTheGatewayWhereNoneIsNamed() {
    var use = new AddressUse(LEASE, true, false, Optional.empty());
    Addressing used =
        use.in(
            bound(
                List.of(
                    ip("10.1.7.9/16"), ip("10.2.0.2/24", "10.2.0.254"), ip("2001:db8:0:5::9/64"))));
    assertThat(used.ips())
        .containsExactly(
            ip("10.1.7.9/16", "10.1.0.1"),
            ip("10.2.0.2/24", "10.2.0.254"),
            ip("2001:db8:0:5::9/64", "2001:db8:0:5::1"));
    assertThat(used.routes()).isEmpty();
  }

  @Test
  void eachFamilyGetsADefaultRouteThroughItsFirstGateway() {
    var use = new AddressUse(LEASE, true, true, Optional.empty());
    Addressing used =
        use.in(bound(List.of(ip("10.1.0.2/24"), ip("10.2.0.2/24"), ip("fd00::2/64", "fd00::fe"))));
    assertThat(routes(used))
        .containsExactly("0.0.0.0/0 via 10.1.0.1", "::/0 via fd00:0:0:0:0:0:0:fe");
  }

  @Test
  void familyWithoutGatewayGetsNoDefaultRoute() {
    var use = new AddressUse(LEASE, false, true, Optional.empty());
    assertThat(use.in(bound(List.of(ip("10.1.0.2/24"), ip("fd00::2/64")))).routes()).isEmpty();
  }

  @Test
  void defaultRouteThatTheLeaseBringsIsNotDoubled() {
    var use = new AddressUse(LEASE, true, true, Optional.empty());
    Route own = Route.to(Cidr.parse("0.0.0.0/0"), Optional.of(Cidr.ip("10.1.0.254")));
    Addressing used = use.in(bound(List.of(ip("10.1.0.2/24"), ip("fd00::2/64")), own));
    assertThat(routes(used))
        .containsExactly("0.0.0.0/0 via 10.1.0.254", "::/0 via fd00:0:0:0:0:0:0:1");
  }

  @Test
  void dnsOfTheLinksDefinitionTakesThePlaceOfTheLeases() {
    Dns own = new Dns(List.of("10.0.0.10"), Optional.of("cluster.local"), List.of(), List.of());
    Bindings bound = bound(List.of(ip("10.1.0.2/24")));
    assertThat(new AddressUse(LEASE, false, false, Optional.of(own)).in(bound).dns())
        .isEqualTo(own);
    assertThat(AddressUse.plain(LEASE).in(bound).dns()).isEqualTo(GIVEN);
  }
}

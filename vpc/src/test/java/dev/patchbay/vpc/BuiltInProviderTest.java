package dev.patchbay.vpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.Performed;
import dev.patchbay.core.plan.PortOp;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class BuiltInProviderTest {
  private static final PortOp.Holder WEB = Ports.holder("web", "c1");
  private static final PortOp.Holder DB = Ports.holder("db", "c2");
  private static final Optional<String> NO = Optional.empty();

  private final Ports ports = new Ports();

  private Ports blue() {
    return ports.subnet("blue", "demo", "10.0.0.0/29", Optional.of("10.0.0.1"), false);
  }

  @Test
  void nicWithoutAPortGetsOneFromTheOnlySubnetAndTakesItAlong() {
    PortOp.Claim claim = blue().claim(Ports.request("demo"), WEB);
    assertThat(ports.bound(claim)).containsExactly("10.0.0.2");
    assertThat(ports.port(claim.port())).isPresent();
    assertThat(ports.release(claim)).isEqualTo(Performed.done());
    assertThat(ports.port(claim.port())).isEmpty();
    assertThat(ports.subnet("blue").grants()).isEmpty();
    assertThat(ports.release(claim)).as("twice").isEqualTo(Performed.done());
  }

  @Test
  void usersPortKeepsItsAddressesAndSurvivesItsNic() {
    blue().port("p1", "blue", Optional.of("02:00:00:00:00:01"), "10.0.0.5");
    PortOp.Claim claim = ports.claim(Ports.requestPort("demo", "p1"), WEB);
    assertThat(claim.mac()).isEqualTo(new MacAddress("02:00:00:00:00:01"));
    assertThat(ports.bound(claim)).containsExactly("10.0.0.5");
    assertThat(ports.port("p1").orElseThrow().status().orElseThrow().holder())
        .contains(new Holder(WEB, "n1"));
    assertThat(ports.unbind(claim)).isEqualTo(Performed.done());
    assertThat(ports.port("p1").orElseThrow().status().orElseThrow().holder()).isEmpty();
    assertThat(ports.subnet("blue").grant("p1").orElseThrow().addresses())
        .containsExactly(Cidr.ip("10.0.0.5"));
  }

  @Test
  void portInUseIsRefusedByNamingItsHolder() {
    blue().port("p1", "blue", NO);
    ports.bound(ports.claim(Ports.requestPort("demo", "p1"), WEB));
    assertThat(ports.failed(ports.claim(Ports.requestPort("demo", "p1"), DB)).message())
        .isEqualTo("port \"default/p1\" is held by pod default/web (eth0) on node n1");
  }

  @Test
  void nextIncarnationTakesThePortOverAndTheOldOnesDelIsWithoutEffect() {
    PortOp.Claim first = blue().claim(Ports.request("demo"), WEB);
    assertThat(ports.bound(first)).containsExactly("10.0.0.2");
    PortOp.Claim second = ports.claim(Ports.request("demo"), Ports.holder("web", "c9"));
    assertThat(ports.bound(second)).containsExactly("10.0.0.2");
    assertThat(ports.release(first)).isEqualTo(Performed.done());
    assertThat(ports.subnet("blue").grant(second.port()).orElseThrow().holder())
        .contains(new Holder(second.holder(), "n1"));
  }

  @Test
  void portOfAPodThatIsStillThereWaitsForItsNextSandbox() {
    PortOp.Claim claim = blue().claim(Ports.request("demo"), WEB);
    ports.bound(claim);
    ports.wanted.add(WEB);
    ports.release(claim);
    assertThat(ports.port(claim.port())).isPresent();
    assertThat(ports.bound(ports.claim(Ports.request("demo"), DB))).containsExactly("10.0.0.3");
    assertThat(ports.provider.releaseOrphans()).isEmpty();
    ports.wanted.clear();
    assertThat(ports.provider.releaseOrphans()).containsExactly(new Key("default", claim.port()));
    assertThat(ports.port(claim.port())).isEmpty();
    assertThat(ports.subnet("blue").grants()).hasSize(1);
  }

  @Test
  void fullSubnetAddressOutsideAndTakenAddressAreClearErrors() {
    ports.subnet("tiny", "demo", "10.0.0.0/30", Optional.of("10.0.0.1"), false);
    PortOp.Claim one = ports.claim(Ports.request("demo"), WEB);
    assertThat(ports.bound(one)).containsExactly("10.0.0.2");
    PortOp.Claim two = ports.claim(Ports.request("demo"), DB);
    assertThat(ports.failed(two))
        .isEqualTo(new AttachFailure.PoolExhausted("default/tiny", "10.0.0.0/30"));
    assertThat(ports.failed(asking(two, "10.0.1.5")).message())
        .isEqualTo("address 10.0.1.5 is not in subnet default/tiny 10.0.0.0/30");
    assertThat(ports.failed(asking(two, "10.0.0.2")).message())
        .isEqualTo(
            "address 10.0.0.2 is held by port made-for-web of pod default/web (eth0) on node n1");
    assertThat(ports.failed(asking(two, "10.0.0.1")).message()).contains("the gateway of subnet");
  }

  private static PortOp.Claim asking(PortOp.Claim claim, String address) {
    return new PortOp.Claim(
        claim.namespace(),
        claim.vpc(),
        claim.subnet(),
        claim.port(),
        true,
        claim.mac(),
        List.of(Cidr.ip(address)),
        claim.defaultRoute(),
        claim.holder());
  }

  @Test
  void macThatAnotherPortHasIsRefused() {
    blue()
        .port("p1", "blue", Optional.of("02:00:00:00:00:01"))
        .port("p2", "blue", Optional.of("02:00:00:00:00:01"));
    ports.bound(ports.claim(Ports.requestPort("demo", "p1"), WEB));
    assertThat(ports.failed(ports.claim(Ports.requestPort("demo", "p2"), DB)).message())
        .startsWith("address 02:00:00:00:00:01 is held by port p1");
  }

  @Test
  void unknownVpcIsMadeWithItsDefaultSubnetWhenItIsFirstUsedAndNotBefore() {
    var found = ports.found(Ports.request("vpcdemo"));
    assertThat(ports.store.list(Vpc.class, "")).isEmpty();
    assertThat(found.port().subnet()).isEqualTo("vpcdemo-default");
    assertThat(found.kind().uplink()).isPresent();
    assertThat(ports.bound(ports.claim(Ports.request("vpcdemo"), WEB)))
        .containsExactly("10.200.0.2");
    assertThat(ports.subnet("vpcdemo-default").cidr()).isEqualTo(Cidr.parse("10.200.0.0/20"));
    assertThat(ports.found(Ports.request("vpcdemo")).kind()).isEqualTo(found.kind());
  }

  @Test
  void unknownVpcIsRefusedWhereTheNodeIsToldSo() {
    var strict = new BuiltInProvider(ports.store, Ports.settings("n1", false), PortOwners.NONE);
    assertThat(strict.resolve(Ports.request("nowhere")))
        .isInstanceOfSatisfying(
            VpcProvider.Resolution.Refused.class,
            refused -> assertThat(refused.why().message()).contains("no VPC default/nowhere"));
  }

  @Test
  void vpcOfSeveralSubnetsNeedsADefaultOrAName() {
    blue().subnet("green", "demo", "10.0.1.0/24", Optional.empty(), false);
    assertThat(ports.refused(Ports.request("demo")).remedy()).contains("blue, green");
    ports.store.create(new Vpc(new Key("default", "demo"), List.of(), Optional.of("green")));
    assertThat(ports.found(Ports.request("demo")).port().subnet()).isEqualTo("green");
  }

  @Test
  void portOfAnotherNodeOrVpcIsRefused() {
    blue().port("p1", "blue", NO, Optional.of("n2"));
    assertThat(ports.refused(Ports.requestPort("demo", "p1")).message())
        .isEqualTo("port \"default/p1\" belongs to node \"n2\", not to \"n1\"");
    ports.port("p2", "blue", NO);
    assertThat(ports.refused(Ports.requestPort("other", "p2")).message())
        .isEqualTo("subnet default/blue is in VPC \"demo\"");
    assertThat(ports.refused(Ports.requestPort("demo", "p3")).message())
        .isEqualTo("there is no port default/p3");
  }

  @Test
  void equalNetworksInTwoVpcsHaveNothingInCommon() {
    blue().subnet("red", "other", "10.0.0.0/29", Optional.of("10.0.0.1"), false);
    var demo = ports.found(Ports.request("demo")).kind();
    var other = ports.found(Ports.request("other")).kind();
    assertThat(demo.router()).isNotEqualTo(other.router());
    assertThat(ports.bound(ports.claim(Ports.request("demo"), WEB))).containsExactly("10.0.0.2");
    assertThat(ports.bound(ports.claim(Ports.request("other"), DB))).containsExactly("10.0.0.2");
  }

  @Test
  void overlappingSubnetsOfOneVpcAreRefused() {
    blue().subnet("green", "demo", "10.0.0.0/24", Optional.empty(), false);
    ports.store.create(new Vpc(new Key("default", "demo"), List.of(), Optional.of("green")));
    assertThat(ports.refused(Ports.request("demo")).message())
        .isEqualTo("subnet default/green overlaps subnet default/blue 10.0.0.0/29");
  }

  @Test
  void defaultRouteIsMadeOnlyWhereItIsWantedAndWithItsMetric() {
    PortOp.Claim plain = blue().claim(Ports.request("demo"), WEB);
    assertThat(Ports.lease(ports.bind(plain)).addressing().routes()).isEmpty();
    var wanted = new PortOp.DefaultRoute(Optional.empty(), OptionalInt.of(50));
    var request = new PortRequest("default", "demo", NO, NO, List.of(), Optional.of(wanted), "");
    assertThat(Ports.lease(ports.bind(ports.claim(request, DB))).addressing().routes())
        .singleElement()
        .satisfies(route -> {
          assertThat(route.gw()).contains(Cidr.ip("10.0.0.1"));
          assertThat(route.priority()).hasValue(50);
        });
  }

  @Test
  void storeThatIsAwayFailsForNowAndLeavesNothingHalf() {
    PortOp.Claim claim = blue().claim(Ports.request("demo"), WEB);
    ports.bound(claim);
    ports.store.away(true);
    assertThat(ports.release(claim))
        .isInstanceOfSatisfying(
            Performed.Failed.class, failed -> assertThat(failed.why().retryable()).isTrue());
    assertThat(ports.refused(Ports.request("demo")).retryable()).isTrue();
    ports.store.away(false);
    assertThat(ports.release(claim)).isEqualTo(Performed.done());
    assertThat(ports.subnet("blue").grants()).isEmpty();
  }

  @Test
  void addressOfADeletedPortIsFreeOnceNobodyHoldsIt() {
    blue().port("p1", "blue", NO, "10.0.0.2");
    PortOp.Claim claim = ports.claim(Ports.requestPort("demo", "p1"), WEB);
    ports.bound(claim);
    ports.store.delete(ports.port("p1").orElseThrow());
    assertThat(ports.bound(ports.claim(Ports.request("demo"), DB))).containsExactly("10.0.0.3");
    ports.unbind(claim);
    assertThat(ports.bound(ports.claim(Ports.request("demo"), Ports.holder("third", "c3"))))
        .containsExactly("10.0.0.2");
  }

  @Test
  void reservedAddressOfAPortThatWasNeverBoundIsGivenToNobodyElse() {
    blue().port("p1", "blue", NO, "10.0.0.2");
    assertThat(ports.bound(ports.claim(Ports.request("demo"), WEB))).containsExactly("10.0.0.3");
  }

  @Test
  void releaseOfWhatWasNeverBoundTakesAwayWhatWasHalfMade() {
    PortOp.Claim claim = blue().claim(Ports.request("demo"), WEB);
    ports.store.create(
        new Port(
            new Key("default", claim.port()),
            "blue",
            NO.map(MacAddress::new),
            List.of(),
            NO,
            Optional.empty(),
            Optional.of(new Holder(WEB, "n1")),
            Optional.empty()));
    assertThat(ports.release(claim)).isEqualTo(Performed.done());
    assertThat(ports.port(claim.port())).isEmpty();
    assertThat(ports.provider.execute(new PortOp.ReleasePort(claim), Bindings.NONE))
        .isEqualTo(Performed.done());
  }
}

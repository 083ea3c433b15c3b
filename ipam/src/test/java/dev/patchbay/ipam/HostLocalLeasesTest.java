package dev.patchbay.ipam;

import static dev.patchbay.ipam.Pools.nic;
import static dev.patchbay.ipam.Pools.written;
import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.core.nic.Addressing;
import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.Dns;
import dev.patchbay.core.nic.Route;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.Lease;
import dev.patchbay.core.plan.LeaseOp;
import dev.patchbay.core.plan.Performed;
import dev.patchbay.core.plan.Ref;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostLocalLeasesTest {
  private static final Ref<Lease> LEASE = new Ref<>("lease");
  private static final Route DEFAULT = Route.to(Cidr.parse("0.0.0.0/0"), Optional.empty());

  private @TempDir Path dataDir = Path.of("/");
  private HostLocalLeases leases = new HostLocalLeases(new InProcessLock());

  @BeforeEach
  void startAnew() {
    leases = new HostLocalLeases(new InProcessLock());
  }

  private LeaseOp.Pool pool(String network, String range) {
    return new LeaseOp.Pool(
        network, dataDir.toString(), List.of(List.of(written(range))), List.of(DEFAULT), Dns.NONE);
  }

  private Performed reserve(LeaseOp.Pool pool) {
    return leases.execute(new LeaseOp.Reserve(pool, nic("c1"), List.of(), LEASE), Bindings.NONE);
  }

  private static String failure(Performed performed) {
    return switch (performed) {
      case Performed.Failed(var why) -> why.message() + "; " + why.remedy();
      case Performed.Done _, Performed.Late _ -> throw new AssertionError(performed);
    };
  }

  private static Bindings yielded(Performed performed) {
    return switch (performed) {
      case Performed.Done(var bound) -> bound;
      case Performed.Failed _, Performed.Late _ -> throw new AssertionError(performed);
    };
  }

  @Test
  void aLeaseCarriesAddressGatewayAndThePoolsRoutes() {
    Addressing addressing =
        yielded(reserve(pool("blue", "10.1.0.0/24"))).lease(LEASE).orElseThrow().addressing();
    assertThat(addressing)
        .isEqualTo(
            new Addressing(
                List.of(
                    new Addressing.Ip(Cidr.parse("10.1.0.2/24"), Optional.of(Cidr.ip("10.1.0.1")))),
                List.of(DEFAULT),
                Dns.NONE));
  }

  @Test
  void aLeaseIsReleasedWithAndWithoutKnowingItAndTwice() {
    LeaseOp.Pool pool = pool("blue", "10.1.0.0/24");
    LeaseOp.Release release = new LeaseOp.Release(pool, nic("c1"), LEASE);
    Bindings bound = yielded(reserve(pool));
    assertThat(leases.execute(release, bound)).isEqualTo(Performed.done());
    assertThat(leases.execute(release, bound)).isEqualTo(Performed.done());
    yielded(reserve(pool));
    assertThat(leases.execute(release, Bindings.NONE)).isEqualTo(Performed.done());
    yielded(reserve(pool));
  }

  @Test
  void addressesOfTheDefinitionAreTakenAsTheyAre() {
    assertThat(
            yielded(leases.execute(new LeaseOp.Fixed(Addressing.NONE, LEASE), Bindings.NONE))
                .lease(LEASE))
        .contains(new Lease(Addressing.NONE));
  }

  @Test
  void whatCannotBeReservedSaysWhy() {
    LeaseOp.Pool tiny = pool("blue", "10.1.0.0/30");
    yielded(reserve(tiny));
    assertThat(
            failure(
                leases.execute(
                    new LeaseOp.Reserve(tiny, nic("c2"), List.of(), LEASE), Bindings.NONE)))
        .contains("no free address in pool \"blue\"");
    assertThat(
            failure(
                leases.execute(
                    new LeaseOp.Reserve(tiny, nic("c2"), List.of(Cidr.ip("10.1.0.2")), LEASE),
                    Bindings.NONE)))
        .contains("10.1.0.2 is held by container c1");
    assertThat(failure(reserve(pool("red", "10.1.0.5/24"))))
        .contains("ipam of network \"red\": range set 0: subnet 10.1.0.5/24 has host bits set");
    assertThat(failure(reserve(pool("..", "10.1.0.0/24")))).contains("network name \"..\"");
    assertThat(
            failure(
                leases.execute(
                    new LeaseOp.Release(pool("a/b", "10.1.0.0/24"), nic("c1"), LEASE),
                    Bindings.NONE)))
        .contains("network name \"a/b\"");
  }
}

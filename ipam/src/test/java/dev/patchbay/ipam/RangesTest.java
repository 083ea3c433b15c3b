package dev.patchbay.ipam;

import static dev.patchbay.ipam.Pools.ip;
import static dev.patchbay.ipam.Pools.ips;
import static dev.patchbay.ipam.Pools.pool;
import static dev.patchbay.ipam.Pools.range;
import static dev.patchbay.ipam.Pools.set;
import static dev.patchbay.ipam.Pools.written;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class RangesTest {
  @Test
  void whatIsLeftOutIsFilledInAsHostLocalDoes() {
    assertThat(range("10.1.0.0/24")).hasToString("10.1.0.1-10.1.0.254");
    assertThat(range("10.1.0.0/24").gateway()).isEqualTo(ip("10.1.0.1"));
    assertThat(range("10.1.0.0/24").size()).isEqualTo(253);
    assertThat(range("fd00::/120")).hasToString("fd00::1-fd00::ff");
    assertThat(range("fd00::/64").size()).isEqualTo(Long.MAX_VALUE);
    assertThat(range("0.0.0.0/0")).hasToString("0.0.0.1-255.255.255.254");
    assertThat(range("10.1.0.0/24,10.1.0.10,10.1.0.19").size()).isEqualTo(10);
    assertThat(range("10.1.0.0/24,10.1.0.0,10.1.0.255")).hasToString("10.1.0.0-10.1.0.255");
  }

  @Test
  void aGatewayMayLieOutsideAsWithHostLocal() {
    assertThat(range("10.1.0.0/29,,,10.9.9.9").size()).isEqualTo(6);
    assertThat(range("10.1.0.0/29,,,fe80::1").gateway()).isEqualTo(ip("fe80::1"));
  }

  @Test
  void impossibleRangesNameFieldValueAndRemedy() {
    refusal(() -> range("10.1.0.0/31"), "subnet 10.1.0.0/31 is too small", "at most /30");
    refusal(() -> range("10.1.0.0/32"), "subnet 10.1.0.0/32 is too small", "at most /30");
    refusal(() -> range("fd00::/127"), "subnet fd00::/127 is too small", "at most /126");
    refusal(() -> range("fd00::/128"), "subnet fd00::/128 is too small", "at most /126");
    refusal(() -> range("10.1.0.5/24"), "subnet 10.1.0.5/24 has host bits", "write 10.1.0.0/24");
    refusal(
        () -> range("10.1.0.0/24,10.2.0.1"),
        "rangeStart 10.2.0.1 is not in subnet 10.1.0.0/24",
        "from 10.1.0.0 to 10.1.0.255");
    refusal(() -> range("10.1.0.0/24,,fd00::1"), "rangeEnd fd00::1 is not in subnet");
    refusal(
        () -> range("10.1.0.0/24,10.1.0.9,10.1.0.5"),
        "rangeStart 10.1.0.9 is after rangeEnd 10.1.0.5",
        "write rangeEnd 10.1.0.9 or later");
    refusal(() -> range("10.1.0.0/24,10.1.0.255"), "rangeStart 10.1.0.255 is after rangeEnd");
    refusal(() -> range("10.1.0.0/24,,10.1.0.0"), "rangeStart 10.1.0.1 is after rangeEnd 10.1.0.0");
  }

  @Test
  void overlapsNameBothRanges() {
    refusal(
        () -> set("10.3.0.0/24", "10.3.0.128/25"),
        "range 10.3.0.1-10.3.0.254 overlaps 10.3.0.129-10.3.0.254",
        "make them disjoint");
    refusal(
        () -> pool("10.2.0.0/24", "10.3.0.0/24", "10.3.0.0/30"),
        "range 10.3.0.1-10.3.0.254 of range set 1 overlaps 10.3.0.1-10.3.0.2 of range set 2");
    assertThat(pool("10.3.0.0/24,,10.3.0.9", "10.3.0.0/24,10.3.0.10", "fd00::/64").sets())
        .hasSize(3);
  }

  @Test
  void aSetIsOfOneFamilyAndNeverEmpty() {
    refusal(() -> set("10.3.0.0/24", "fd00::/64"), "mixes families", "one range set per family");
    refusal(Pools::set, "empty range set", "at least one range");
    refusal(Pools::pool, "ranges is empty", "write a range set");
    refusal(
        () ->
            RangeSets.of(List.of(List.of(written("10.1.0.0/24")), List.of(written("10.1.1.0/31")))),
        "range set 1: subnet 10.1.1.0/31 is too small");
  }

  @Test
  void theRoundGoesThroughAllRangesAndComesBack() {
    RangeSet set = set("10.1.0.0/30,10.1.0.1,10.1.0.3", "10.2.0.0/30,,,10.2.0.2");
    List<IpAddress> round = new ArrayList<>();
    for (IpAddress at = ip("10.1.0.2"); round.size() < 4; at = round.getLast()) {
      round.add(set.next(at).orElseThrow());
    }
    assertThat(round).isEqualTo(ips("10.1.0.3", "10.2.0.1", "10.1.0.2", "10.1.0.3"));
    assertThat(set.contains(ip("10.1.0.1"))).isTrue();
    assertThat(set.contains(ip("10.2.0.3"))).isFalse();
    assertThat(set.size()).isEqualTo(3);
  }

  @Test
  void aStrangeLastAddressStartsTheRoundAnew() {
    assertThat(set("10.1.0.0/29").next(ip("10.9.0.1"))).contains(ip("10.1.0.2"));
  }

  @Test
  void theLastAddressOfTheFamilyEndsARange() {
    RangeSet top = set("255.255.255.252/30,255.255.255.253,255.255.255.255,10.0.0.1");
    assertThat(top.next(ip("255.255.255.255"))).contains(ip("255.255.255.253"));
    TakenRuns taken = new TakenRuns();
    ips("255.255.255.253", "255.255.255.254", "255.255.255.255").forEach(taken::add);
    assertThat(top.next(Optional.of(ip("255.255.255.254")), taken)).isEmpty();
  }

  @Test
  void aRangeThatIsOnlyItsGatewayHasNothing() {
    RangeSet none = set("10.1.0.0/30,10.1.0.1,10.1.0.1");
    assertThat(none.size()).isZero();
    assertThat(none.next(ip("10.1.0.1"))).isEmpty();
  }

  private static void refusal(ThrowingCallable made, String... parts) {
    assertThatIllegalArgumentException()
        .isThrownBy(made)
        .satisfies(e -> assertThat(e.getMessage()).contains(parts));
  }
}

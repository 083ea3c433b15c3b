package dev.patchbay.ipam;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.core.nic.Cidr;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.Tuple.Tuple2;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class RoundTest {
  private static final Cidr NET = Cidr.parse("10.0.0.0/24");

  private static IpAddress at(int host) {
    return new IpAddress(true, 0, (10L << 24) + host);
  }

  @Provide
  Arbitrary<List<Tuple2<Boolean, Integer>>> changes() {
    return Arbitraries.of(true, true, false)
        .flatMap(add -> Arbitraries.integers().between(0, 40).map(host -> Tuple.of(add, host)))
        .list()
        .ofMaxSize(120);
  }

  @Property
  void runsAreASetOfAddresses(
      @ForAll("changes") List<Tuple2<Boolean, Integer>> changes,
      @ForAll @IntRange(max = 40) int from,
      @ForAll @IntRange(max = 40) int length) {
    TakenRuns runs = new TakenRuns();
    TreeSet<Integer> model = new TreeSet<>();
    for (Tuple2<Boolean, Integer> change : changes) {
      if (change.get1()) {
        runs.add(at(change.get2()));
        model.add(change.get2());
      } else {
        runs.remove(at(change.get2()));
        model.remove(change.get2());
      }
    }
    int to = from + length;
    Optional<IpAddress> free = Optional.empty();
    for (int host = to; host >= from; host--) {
      assertThat(runs.contains(at(host))).isEqualTo(model.contains(host));
      free = model.contains(host) ? free : Optional.of(at(host));
    }
    assertThat(runs.firstFree(at(from), at(to))).isEqualTo(free);
    assertThat(runs.count(at(from), at(to))).isEqualTo(model.subSet(from, true, to, true).size());
  }

  /** Ranges between cuts; a gateway anywhere; some addresses taken. */
  @Property
  void nextIsTheFirstFreeOneOfTheRound(
      @ForAll @Size(min = 1, max = 4) Set<@IntRange(min = 1, max = 20) Integer> starts,
      @ForAll @IntRange(max = 25) int gateway,
      @ForAll @IntRange(max = 25) int last,
      @ForAll @Size(max = 20) Set<@IntRange(max = 25) Integer> taken) {
    List<Integer> cuts = new ArrayList<>(new TreeSet<>(starts));
    cuts.add(24);
    List<IpRange> ranges = new ArrayList<>();
    List<Integer> round = new ArrayList<>();
    for (int i = 0; i + 1 < cuts.size(); i++) {
      // from the second cut on, leave the last address of each range out
      int end = cuts.get(i + 1) - (i == 0 ? 1 : Math.min(2, cuts.get(i + 1) - cuts.get(i)));
      ranges.add(new IpRange(NET, at(cuts.get(i)), at(end), at(gateway)));
      for (int host = cuts.get(i); host <= end; host++) {
        round.add(host);
      }
    }
    int start = round.indexOf(last) + 1;
    Optional<IpAddress> expected = Optional.empty();
    for (int step = round.size() - 1; step >= 0; step--) {
      int host = round.get((start + step) % round.size());
      if (host != gateway && !taken.contains(host)) {
        expected = Optional.of(at(host));
      }
    }
    TakenRuns runs = new TakenRuns();
    taken.forEach(host -> runs.add(at(host)));
    assertThat(new RangeSet(ranges).next(Optional.of(at(last)), runs)).isEqualTo(expected);
  }
}

package dev.patchbay.ipam;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Ranges of one family of which a NIC gets one address.
 *
 * @param ranges at least one, in the order they are used up
 */
public record RangeSet(List<IpRange> ranges) {
  /** Where the addresses are that cannot be had. */
  @FunctionalInterface
  public interface Taken {
    /** Nothing is taken. */
    Taken NONE = (from, _) -> Optional.of(from);

    /** The first free address from one to the other, both included. */
    Optional<IpAddress> firstFree(IpAddress from, IpAddress to);
  }

  /**
   * Copies the list; throws IllegalArgumentException, naming both ranges, when two overlap or are
   * of different families.
   */
  public RangeSet {
    ranges = List.copyOf(ranges);
    if (ranges.isEmpty()) {
      throw new IllegalArgumentException(
          "ranges holds an empty range set; write at least one range with a subnet in it");
    }
    for (int i = 0; i < ranges.size(); i++) {
      for (IpRange other : ranges.subList(i + 1, ranges.size())) {
        requireApart(ranges.get(i), other);
      }
    }
  }

  /** A set of one range. */
  public static RangeSet of(IpRange range) {
    return new RangeSet(List.of(range));
  }

  private static void requireApart(IpRange one, IpRange other) {
    if (one.start().v4() != other.start().v4()) {
      throw new IllegalArgumentException(
          "range set mixes families: "
              + one
              + " and "
              + other
              + "; write one range set per family");
    }
    if (one.overlaps(other)) {
      throw new IllegalArgumentException(
          "range " + one + " overlaps " + other + " in the same range set; make them disjoint");
    }
  }

  /** Whether the address lies in one of the ranges, be it a gateway or not. */
  public boolean contains(IpAddress address) {
    return rangeOf(address).isPresent();
  }

  /** The range that the address lies in. */
  public Optional<IpRange> rangeOf(IpAddress address) {
    return ranges.stream().filter(range -> range.contains(address)).findFirst();
  }

  /** How many addresses can be handed out; Long.MAX_VALUE when more than that. */
  public long size() {
    return ranges.stream().mapToLong(IpRange::size).reduce(0, RangeSet::plus);
  }

  static long plus(long a, long b) {
    return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
  }

  /**
   * The address to try after this one, round-robin across the ranges, ranges' gateways left out.
   */
  public Optional<IpAddress> next(IpAddress last) {
    return next(Optional.of(last), Taken.NONE);
  }

  /**
   * The first free address after {@code last}, round-robin across the ranges so that an address
   * just released is the last to be taken again; from the first range's start when {@code last} is
   * absent or in none of the ranges.
   */
  public Optional<IpAddress> next(Optional<IpAddress> last, Taken taken) {
    int home = last.map(this::indexOf).orElse(-1);
    if (home < 0) {
      return firstOf(0, ranges.size(), taken);
    }
    IpRange range = ranges.get(home);
    IpAddress pivot = last.orElse(range.start());
    return (pivot.equals(range.end())
            ? Optional.<IpAddress>empty()
            : free(range, pivot.next(), range.end(), taken))
        .or(() -> firstOf(home + 1, home + ranges.size(), taken))
        .or(() -> free(range, range.start(), pivot, taken));
  }

  private int indexOf(IpAddress address) {
    for (int i = 0; i < ranges.size(); i++) {
      if (ranges.get(i).contains(address)) {
        return i;
      }
    }
    return -1;
  }

  private Optional<IpAddress> firstOf(int from, int to, Taken taken) {
    for (int i = from; i < to; i++) {
      IpRange range = ranges.get(i % ranges.size());
      Optional<IpAddress> free = free(range, range.start(), range.end(), taken);
      if (free.isPresent()) {
        return free;
      }
    }
    return Optional.empty();
  }

  private static Optional<IpAddress> free(
      IpRange range, IpAddress from, IpAddress to, Taken taken) {
    Optional<IpAddress> free = taken.firstFree(from, to);
    if (free.isEmpty() || !free.get().equals(range.gateway())) {
      return free;
    }
    return range.gateway().equals(to)
        ? Optional.empty()
        : taken.firstFree(range.gateway().next(), to);
  }

  @Override
  public String toString() {
    return ranges.stream().map(IpRange::toString).collect(Collectors.joining(","));
  }
}

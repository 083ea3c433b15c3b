package dev.patchbay.ipam;

import dev.patchbay.core.nic.AddressRange;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a pool hands out: one address of each set.
 *
 * @param sets at least one; the index is the number in {@code last_reserved_ip.<index>}
 */
public record RangeSets(List<RangeSet> sets) {
  /**
   * Copies the list; throws IllegalArgumentException, naming both ranges, when two sets overlap.
   */
  public RangeSets {
    sets = List.copyOf(sets);
    if (sets.isEmpty()) {
      throw new IllegalArgumentException(
          "ranges is empty; write a range set with a subnet, such as"
              + " [[{\"subnet\":\"10.1.0.0/24\"}]]");
    }
    for (int i = 0; i < sets.size(); i++) {
      for (int j = i + 1; j < sets.size(); j++) {
        requireApart(sets, i, j);
      }
    }
  }

  /** A pool of one range. */
  public static RangeSets of(IpRange range) {
    return new RangeSets(List.of(RangeSet.of(range)));
  }

  /**
   * Fills in what the definition leaves out; throws IllegalArgumentException naming range set,
   * field, value and remedy.
   */
  public static RangeSets of(List<List<AddressRange>> written) {
    List<RangeSet> sets = new ArrayList<>();
    for (List<AddressRange> ranges : written) {
      try {
        sets.add(new RangeSet(ranges.stream().map(IpRange::of).toList()));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("range set " + sets.size() + ": " + e.getMessage(), e);
      }
    }
    return new RangeSets(sets);
  }

  private static void requireApart(List<RangeSet> sets, int i, int j) {
    for (IpRange one : sets.get(i).ranges()) {
      for (IpRange other : sets.get(j).ranges()) {
        if (one.overlaps(other)) {
          throw new IllegalArgumentException(
              "range "
                  + one
                  + " of range set "
                  + i
                  + " overlaps "
                  + other
                  + " of range set "
                  + j
                  + "; make them disjoint");
        }
      }
    }
  }

  /** Whether any set holds the address. */
  public boolean contains(IpAddress address) {
    return sets.stream().anyMatch(set -> set.contains(address));
  }

  @Override
  public String toString() {
    return sets.stream().map(set -> "[" + set + "]").collect(Collectors.joining(" "));
  }
}

package dev.patchbay.ipam;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A set of addresses kept as runs without gaps: as good as a bitmap for an IPv4 subnet, and still
 * small for a few addresses out of 2^64. Not safe for concurrent use.
 */
final class TakenRuns implements RangeSet.Taken {
  private final TreeMap<IpAddress, IpAddress> endByStart = new TreeMap<>();

  /** Adds the address; one that is there already changes nothing. */
  void add(IpAddress address) {
    if (contains(address)) {
      return;
    }
    IpAddress start = address;
    IpAddress end = address;
    Map.Entry<IpAddress, IpAddress> before = endByStart.lowerEntry(address);
    if (before != null && !before.getValue().isMax() && before.getValue().next().equals(address)) {
      start = before.getKey();
    }
    if (!address.isMax()) {
      IpAddress joined = endByStart.remove(address.next());
      end = joined == null ? address : joined;
    }
    endByStart.put(start, end);
  }

  /** Removes the address; one that is not there changes nothing. */
  void remove(IpAddress address) {
    Map.Entry<IpAddress, IpAddress> run = endByStart.floorEntry(address);
    if (run == null || run.getValue().compareTo(address) < 0) {
      return;
    }
    endByStart.remove(run.getKey());
    if (!run.getKey().equals(address)) {
      endByStart.put(run.getKey(), address.previous());
    }
    if (!run.getValue().equals(address)) {
      endByStart.put(address.next(), run.getValue());
    }
  }

  boolean contains(IpAddress address) {
    Map.Entry<IpAddress, IpAddress> run = endByStart.floorEntry(address);
    return run != null && run.getValue().compareTo(address) >= 0;
  }

  @Override
  public Optional<IpAddress> firstFree(IpAddress from, IpAddress to) {
    Map.Entry<IpAddress, IpAddress> run = endByStart.floorEntry(from);
    if (run == null || run.getValue().compareTo(from) < 0) {
      return Optional.of(from);
    }
    return run.getValue().compareTo(to) >= 0
        ? Optional.empty()
        : Optional.of(run.getValue().next());
  }

  /** How many of the addresses from one to the other, both included, are in the set. */
  long count(IpAddress from, IpAddress to) {
    long count = 0;
    IpAddress first = Optional.ofNullable(endByStart.floorKey(from)).orElse(from);
    for (Map.Entry<IpAddress, IpAddress> run :
        endByStart.subMap(first, true, to, true).entrySet()) {
      IpAddress start = run.getKey().compareTo(from) < 0 ? from : run.getKey();
      IpAddress end = run.getValue().compareTo(to) > 0 ? to : run.getValue();
      count = RangeSet.plus(count, start.countTo(end));
    }
    return count;
  }
}

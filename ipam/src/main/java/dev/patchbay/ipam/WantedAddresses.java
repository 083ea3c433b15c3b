package dev.patchbay.ipam;

import dev.patchbay.core.plan.AttachFailure;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which requested address takes the place of the free choice in which set. */
sealed interface WantedAddresses {
  /** One element per set; empty where any address will do. */
  record PerSet(List<Optional<IpAddress>> wanted) implements WantedAddresses {}

  /** No folder whatsoever could serve the request. */
  record Impossible(AttachFailure why) implements WantedAddresses {}

  /** Gives each requested address to the set that holds it; a repeated one counts once. */
  static WantedAddresses of(ReserveRequest request) {
    Set<IpAddress> left = new LinkedHashSet<>(request.requested());
    List<Optional<IpAddress>> wanted = new ArrayList<>();
    for (RangeSet set : request.ranges().sets()) {
      Optional<IpAddress> first = left.stream().filter(set::contains).findFirst();
      if (first.isPresent() && isGateway(set, first.get())) {
        return impossible(first.get(), "is the gateway of range set " + set, "ask for another one");
      }
      first.ifPresent(left::remove);
      wanted.add(first);
    }
    if (left.isEmpty()) {
      return new PerSet(wanted);
    }
    IpAddress unserved = left.iterator().next();
    return request.ranges().contains(unserved)
        ? impossible(
            unserved,
            "is the second one asked for of its range set in " + request.ranges(),
            "ask for one address of each range set")
        : impossible(
            unserved,
            "is in none of the ranges " + request.ranges(),
            "ask for an address of these ranges, or widen them");
  }

  private static boolean isGateway(RangeSet set, IpAddress address) {
    return set.rangeOf(address).filter(range -> range.gateway().equals(address)).isPresent();
  }

  private static Impossible impossible(IpAddress address, String problem, String remedy) {
    return new Impossible(
        new AttachFailure.InvalidField(
            "ips", address.toString(), "requested address " + address + " " + problem, remedy));
  }
}

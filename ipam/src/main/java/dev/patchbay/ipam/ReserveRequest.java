package dev.patchbay.ipam;

import dev.patchbay.core.plan.LeaseOp.Holder;
import java.util.List;

/**
 * One address of each set for one NIC.
 *
 * @param holder who will have them
 * @param ranges what there is
 * @param requested addresses asked for by name; each takes the place of the free choice in its set
 * @param sticky whether the reservation must outlive a loss of power
 */
public record ReserveRequest(
    Holder holder, RangeSets ranges, List<IpAddress> requested, boolean sticky) {
  /** Copies the list. */
  public ReserveRequest {
    requested = List.copyOf(requested);
  }

  /** Any free address of each set, until the next boot. */
  public static ReserveRequest of(Holder holder, RangeSets ranges) {
    return new ReserveRequest(holder, ranges, List.of(), false);
  }

  /** These addresses instead of a free choice. */
  public ReserveRequest requesting(List<IpAddress> addresses) {
    return new ReserveRequest(holder, ranges, addresses, sticky);
  }
}

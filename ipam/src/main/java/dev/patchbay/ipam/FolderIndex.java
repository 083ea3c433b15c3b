package dev.patchbay.ipam;

import dev.patchbay.core.plan.LeaseOp.Holder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** What the folder held when it was read last: a hint, never the truth. Not thread-safe. */
final class FolderIndex {
  private final Map<IpAddress, Occupant> occupants = new HashMap<>();
  private final Map<String, TreeSet<IpAddress>> byContainer = new HashMap<>();
  private final TakenRuns taken = new TakenRuns();

  void put(IpAddress address, Occupant occupant) {
    remove(address);
    occupants.put(address, occupant);
    taken.add(address);
    containerOf(occupant)
        .ifPresent(id -> byContainer.computeIfAbsent(id, _ -> new TreeSet<>()).add(address));
  }

  void remove(IpAddress address) {
    Optional<String> container =
        Optional.ofNullable(occupants.remove(address)).flatMap(FolderIndex::containerOf);
    taken.remove(address);
    container.ifPresent(id ->
        byContainer.computeIfPresent(
            id,
            (_, addresses) -> {
              addresses.remove(address);
              return addresses.isEmpty() ? null : addresses;
            }));
  }

  TakenRuns taken() {
    return taken;
  }

  /**
   * The addresses of this NIC; where there is none, those of files of older versions that name its
   * container only.
   */
  List<IpAddress> heldBy(Holder holder) {
    List<IpAddress> exact = heldAs(new Occupant.Nic(holder), holder.containerId());
    return exact.isEmpty()
        ? heldAs(new Occupant.Container(holder.containerId()), holder.containerId())
        : exact;
  }

  private List<IpAddress> heldAs(Occupant occupant, String containerId) {
    TreeSet<IpAddress> addresses = byContainer.getOrDefault(containerId, new TreeSet<>());
    return addresses.stream().filter(ip -> occupant.equals(occupants.get(ip))).toList();
  }

  private static Optional<String> containerOf(Occupant occupant) {
    return switch (occupant) {
      case Occupant.Nic(Holder holder) -> Optional.of(holder.containerId());
      case Occupant.Container(String containerId) -> Optional.of(containerId);
      case Occupant.Unreadable _ -> Optional.empty();
    };
  }
}

package dev.patchbay.ipam;

import dev.patchbay.core.plan.LeaseOp.Holder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A folder with what we remember of it: a memory that is as new as the folder's change time, so
 * that nothing has to be read while nobody else works on it. Its caller has the folder's lock.
 */
final class FolderView {
  private final ReservationFolder folder;
  private final Map<Integer, Optional<IpAddress>> last = new HashMap<>();
  private FolderIndex index = new FolderIndex();
  private ReservationFolder.Stamp seen = ReservationFolder.Stamp.NEVER;

  FolderView(ReservationFolder folder) {
    this.folder = folder;
  }

  /** Reads the folder again if a file has come or gone without us. */
  void refresh() throws IOException {
    if (!isCurrent()) {
      reload();
    }
  }

  private boolean isCurrent() throws IOException {
    return folder.stamp().equals(seen);
  }

  /** Reads the folder again. */
  List<Reservation> reload() throws IOException {
    forget();
    FolderIndex fresh = new FolderIndex();
    List<Reservation> found = folder.scan();
    found.forEach(it -> fresh.put(it.address(), it.occupant()));
    index = fresh;
    last.clear();
    seen = folder.stamp();
    return found;
  }

  private void forget() {
    seen = ReservationFolder.Stamp.NEVER;
  }

  TakenRuns taken() {
    return index.taken();
  }

  /** The address handed out last of a set. */
  Optional<IpAddress> last(int set) {
    return last.computeIfAbsent(set, folder::last);
  }

  /** Creates the file; false where somebody was first, whom we know then. */
  boolean take(IpAddress address, Holder holder, boolean sticky) throws IOException {
    if (folder.create(address, holder, sticky)) {
      index.put(address, new Occupant.Nic(holder));
      return true;
    }
    Occupant first =
        folder
            .read(address)
            .map(Reservation::occupant)
            .orElse(new Occupant.Unreadable("changing while it is read"));
    index.put(address, first);
    return false;
  }

  /** From here the set's next search goes on, even when the address is given back at once. */
  void passed(int set, IpAddress address) throws IOException {
    folder.writeLast(set, address);
    last.put(set, Optional.of(address));
  }

  /** Everything in the folder is known now. */
  void settled() throws IOException {
    seen = folder.stamp();
  }

  /** Takes back what {@link #take} took, after a refusal. */
  void undo(List<IpAddress> taken) throws IOException {
    for (IpAddress address : taken) {
      folder.delete(address);
      index.remove(address);
    }
    settled();
  }

  /** Takes back what {@link #take} took, after a failure; what cannot be taken back is added. */
  IOException undoAfter(IOException cause, List<IpAddress> taken) {
    forget();
    for (IpAddress address : taken) {
      try {
        folder.delete(address);
      } catch (IOException e) {
        cause.addSuppressed(e);
      }
    }
    return cause;
  }

  /** The addresses of a NIC, each file looked at, the folder read if there seem to be none. */
  List<IpAddress> held(Holder holder) throws IOException {
    refresh();
    List<IpAddress> held = remembered(holder);
    if (!held.isEmpty()) {
      return held;
    }
    // Kernels before 6.13 stamp a folder only every few milliseconds: "nothing" has to be certain.
    reload();
    return index.heldBy(holder);
  }

  /** The addresses of a NIC as far as we remember, each file looked at. */
  List<IpAddress> remembered(Holder holder) throws IOException {
    return ofHolder(index.heldBy(holder), holder);
  }

  /** Those of the addresses whose files name the NIC, or its container alone. */
  List<IpAddress> ofHolder(List<IpAddress> addresses, Holder holder) throws IOException {
    List<IpAddress> held = new ArrayList<>();
    for (IpAddress address : addresses) {
      Optional<Occupant> found = folder.read(address).map(Reservation::occupant);
      if (found.filter(it -> it.isFor(holder)).isPresent()) {
        held.add(address);
      }
    }
    return held;
  }

  /** Deletes all it can, then fails with the first that it could not. */
  List<IpAddress> delete(List<IpAddress> addresses) throws IOException {
    boolean current = isCurrent();
    List<IOException> failures = new ArrayList<>();
    for (IpAddress address : addresses) {
      try {
        folder.delete(address);
        index.remove(address);
      } catch (IOException e) {
        failures.add(e);
      }
    }
    if (current) {
      seen = folder.stamp();
    }
    if (failures.isEmpty()) {
      return addresses;
    }
    IOException first = failures.removeFirst();
    failures.forEach(first::addSuppressed);
    throw first;
  }

  Usage usage(RangeSet set) {
    long taken = 0;
    for (IpRange range : set.ranges()) {
      taken = RangeSet.plus(taken, index.taken().count(range.start(), range.end()));
      if (range.contains(range.gateway()) && index.taken().contains(range.gateway())) {
        taken--;
      }
    }
    return new Usage(set.size(), taken);
  }
}

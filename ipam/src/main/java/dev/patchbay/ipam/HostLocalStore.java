package dev.patchbay.ipam;

import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.LeaseOp.Holder;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The reservations of one network, in the very files of the reference plugin {@code host-local}
 * 1.1–1.9: both may work on one folder at the same time. The files are the truth; what is kept in
 * memory only says where to look first, and is read anew when the folder has changed. Safe for
 * concurrent use.
 */
public final class HostLocalStore {
  /** Where host-local keeps its networks unless its configuration says {@code dataDir}. */
  public static final Path DEFAULT_DATA_DIR = Path.of("/var/lib/cni/networks");

  private final String network;
  private final ReservationFolder folder;
  private final FolderView view;
  private final DirectoryLock lock;
  private final ReentrantLock mutex = new ReentrantLock();

  /** Does file work under both locks. */
  @FunctionalInterface
  private interface Work<T> {
    T done() throws IOException;
  }

  /**
   * Looks at nothing yet.
   *
   * @param dataDir absolute
   * @param network the network's name, a folder below {@code dataDir}
   * @param lock host-local's lock
   * @throws IllegalArgumentException naming field and value, when the folder would not be below an
   *     absolute {@code dataDir}
   */
  public HostLocalStore(Path dataDir, String network, DirectoryLock lock) {
    if (!dataDir.isAbsolute()) {
      throw new IllegalArgumentException(
          "dataDir \"" + dataDir + "\" is not absolute; write a path that starts with a slash");
    }
    if (!CniName.isValid(network)) {
      throw new IllegalArgumentException(
          "network name \""
              + network
              + "\" cannot name a folder; write a letter or digit, then at most 254 letters,"
              + " digits, dots, dashes or underscores");
    }
    this.network = network;
    this.folder = new ReservationFolder(dataDir.normalize().resolve(network));
    this.view = new FolderView(folder);
    this.lock = lock;
  }

  /** The folder that holds the files; it appears with the first reservation. */
  public Path folder() {
    return folder.path();
  }

  /** Takes one address of each set, or none at all. */
  public Reserved reserve(ReserveRequest request) {
    if (!CniName.isValid(request.holder().containerId())) {
      return new Reserved.Refused(
          new AttachFailure.InvalidField(
              "containerID",
              request.holder().containerId(),
              "\"" + request.holder().containerId() + "\" is not a container ID",
              "use letters, digits, dots, dashes and underscores, a letter or digit first"));
    }
    return switch (WantedAddresses.of(request)) {
      case WantedAddresses.Impossible(AttachFailure why) -> new Reserved.Refused(why);
      case WantedAddresses.PerSet(List<Optional<IpAddress>> wanted) -> reserve(request, wanted);
    };
  }

  private Reserved reserve(ReserveRequest request, List<Optional<IpAddress>> wanted) {
    try {
      folder.create();
      return locked(() -> new Reserving(network, folder, view, request).reserve(wanted));
    } catch (IOException e) {
      return new Reserved.Refused(storage(folder.path(), e));
    }
  }

  /**
   * Gives back all that the NIC has, as host-local's DEL does; nothing is success.
   *
   * @return what was given back
   * @throws IOException naming the path; whatever could be released is released
   */
  public List<IpAddress> release(Holder holder) throws IOException {
    if (!folder.exists() || !CniName.isValid(holder.containerId())) {
      return List.of();
    }
    return locked(() -> view.delete(view.held(holder)));
  }

  /**
   * Gives back those of the addresses that are the NIC's, without looking at other files; nothing
   * is success.
   *
   * @return what was given back
   * @throws IOException naming the path; whatever could be released is released
   */
  public List<IpAddress> release(Holder holder, List<IpAddress> addresses) throws IOException {
    if (!folder.exists()) {
      return List.of();
    }
    return locked(() -> view.delete(view.ofHolder(addresses, holder)));
  }

  /** The addresses that the NIC has now; host-local's CHECK asks for at least one. */
  public List<IpAddress> check(Holder holder) throws IOException {
    if (!folder.exists() || !CniName.isValid(holder.containerId())) {
      return List.of();
    }
    return locked(() -> view.held(holder));
  }

  /** Every reservation with its occupant, unreadable ones included, in order of address. */
  public List<Reservation> list() throws IOException {
    if (!folder.exists()) {
      return List.of();
    }
    return locked(
        () -> view.reload().stream().sorted((a, b) -> a.address().compareTo(b.address())).toList());
  }

  /**
   * Reservations whose files are older than the boot: their netns died with the kernel that ran
   * then. Nothing is removed.
   *
   * @param boot when this kernel started, by the host's clock
   */
  public List<Reservation> staleSince(Instant boot) throws IOException {
    return list().stream().filter(it -> it.written().isBefore(boot)).toList();
  }

  /**
   * Removes exactly those reservations that are still as they were listed.
   *
   * @return what was removed
   */
  public List<Reservation> reclaim(List<Reservation> listed) throws IOException {
    if (!folder.exists()) {
      return List.of();
    }
    return locked(() -> {
      List<Reservation> unchanged = new ArrayList<>();
      for (Reservation one : listed) {
        if (folder.read(one.address()).filter(one::equals).isPresent()) {
          unchanged.add(one);
        }
      }
      view.delete(unchanged.stream().map(Reservation::address).toList());
      return unchanged;
    });
  }

  /** How full each set is, in the sets' order. */
  public List<Usage> usage(RangeSets ranges) throws IOException {
    if (!folder.exists()) {
      return ranges.sets().stream().map(set -> new Usage(set.size(), 0)).toList();
    }
    return locked(() -> {
      view.refresh();
      return ranges.sets().stream().map(view::usage).toList();
    });
  }

  private <T> T locked(Work<T> work) throws IOException {
    mutex.lock();
    try (Closeable _ = lock.lock(folder.path())) {
      return work.done();
    } finally {
      mutex.unlock();
    }
  }

  /** The failure that names the path and the kernel's reason; the folder where no file is named. */
  static AttachFailure storage(Path folder, IOException e) {
    String path =
        e instanceof FileSystemException named && named.getFile() != null
            ? named.getFile()
            : folder.toString();
    StringBuilder problem = new StringBuilder(ReservationFolder.reason(e));
    for (Throwable also : e.getSuppressed()) {
      problem.append("; left behind: ").append(also.getMessage());
    }
    return new AttachFailure.Storage(path, problem.toString());
  }
}

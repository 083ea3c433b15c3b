package dev.patchbay.ipam;

import dev.patchbay.core.nic.Addressing;
import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.plan.AttachFailure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One request being served, under the folder's lock. */
record Reserving(
    String network, ReservationFolder folder, FolderView view, ReserveRequest request) {

  /** Takes one address of each set, or none at all. */
  Reserved reserve(List<Optional<IpAddress>> wanted) throws IOException {
    view.refresh();
    for (IpAddress had : view.remembered(request.holder())) {
      if (request.ranges().contains(had)) {
        return new Reserved.Refused(duplicate(had));
      }
    }
    List<IpAddress> taken = new ArrayList<>();
    try {
      for (int set = 0; set < wanted.size(); set++) {
        Optional<AttachFailure> failure = take(set, wanted.get(set), taken);
        if (failure.isPresent()) {
          view.undo(taken);
          return new Reserved.Refused(failure.get());
        }
      }
      view.settled();
      return new Reserved.Granted(ips(taken));
    } catch (IOException e) {
      throw view.undoAfter(e, taken);
    }
  }

  private Optional<AttachFailure> take(int set, Optional<IpAddress> wanted, List<IpAddress> taken)
      throws IOException {
    if (wanted.isPresent()) {
      return takes(set, wanted.get(), taken)
          ? Optional.empty()
          : Optional.of(heldBySomebody(wanted.get()));
    }
    if (takesFree(set, taken)) {
      return Optional.empty();
    }
    // Strangers without the lock may have released addresses since the folder was read.
    view.reload();
    return takesFree(set, taken)
        ? Optional.empty()
        : Optional.of(
            new AttachFailure.PoolExhausted(network, request.ranges().sets().get(set).toString()));
  }

  private boolean takesFree(int set, List<IpAddress> taken) throws IOException {
    RangeSet ranges = request.ranges().sets().get(set);
    Optional<IpAddress> last = view.last(set);
    Optional<IpAddress> candidate = ranges.next(last, view.taken());
    while (candidate.isPresent()) {
      if (takes(set, candidate.get(), taken)) {
        return true;
      }
      candidate = ranges.next(last, view.taken());
    }
    return false;
  }

  private boolean takes(int set, IpAddress address, List<IpAddress> taken) throws IOException {
    boolean ours = view.take(address, request.holder(), request.sticky());
    if (ours) {
      taken.add(address);
      view.passed(set, address);
    }
    return ours;
  }

  private AttachFailure heldBySomebody(IpAddress address) throws IOException {
    String holder = folder.read(address).map(it -> it.occupant().toString()).orElse("nobody now");
    return new AttachFailure.AddressTaken(
        address.toString(), holder + " (" + folder.file(address) + ")");
  }

  private AttachFailure duplicate(IpAddress had) {
    String containerId = request.holder().containerId();
    return new AttachFailure.InvalidField(
        "containerID",
        containerId,
        "container "
            + containerId
            + " already holds "
            + had
            + " for interface "
            + request.holder().ifName()
            + " in network "
            + network
            + ": duplicate allocation is not allowed",
        "send DEL for it before ADD");
  }

  private List<Addressing.Ip> ips(List<IpAddress> taken) {
    List<Addressing.Ip> ips = new ArrayList<>();
    for (int set = 0; set < taken.size(); set++) {
      IpAddress address = taken.get(set);
      IpRange range = request.ranges().sets().get(set).rangeOf(address).orElseThrow();
      Cidr cidr = new Cidr(address.inet(), range.subnet().prefix());
      ips.add(new Addressing.Ip(cidr, Optional.of(range.gateway().inet())));
    }
    return ips;
  }
}

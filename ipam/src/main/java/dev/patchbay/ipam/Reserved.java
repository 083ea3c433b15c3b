package dev.patchbay.ipam;

import dev.patchbay.core.nic.Addressing;
import dev.patchbay.core.plan.AttachFailure;
import java.util.List;

/** What became of a {@link ReserveRequest}. */
public sealed interface Reserved {
  /**
   * All of it is reserved.
   *
   * @param ips one per set, in the sets' order, with the prefix of their subnet
   */
  record Granted(List<Addressing.Ip> ips) implements Reserved {
    /** Copies the list. */
    public Granted {
      ips = List.copyOf(ips);
    }
  }

  /**
   * Nothing is reserved.
   *
   * @param why the reason
   */
  record Refused(AttachFailure why) implements Reserved {}
}

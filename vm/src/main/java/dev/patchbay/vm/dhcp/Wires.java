package dev.patchbay.vm.dhcp;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.Netns;
import java.io.IOException;

/** Links that carry a guest's frames, in whatever namespaces they are. */
@FunctionalInterface
public interface Wires {
  /**
   * Hears from now on what comes in by a link and tells of addresses: ARP, DHCP towards a server,
   * router and neighbour solicitations, neighbour advertisements. The namespace is kept alive no
   * longer than until the link is gone.
   *
   * @throws IOException when the link or its namespace is not there
   */
  Wire open(Netns netns, IfName link, Ear ear) throws IOException;

  /** A link that is listened to. */
  interface Wire extends AutoCloseable {
    /** Sends a frame out of the link; false when that cannot be done at once. */
    boolean send(byte[] frame);

    @Override
    void close();
  }

  /** Hears of one link; must not wait for anything. */
  interface Ear {
    /** A frame came, whatever is in it. */
    void heard(byte[] frame);

    /** The link is gone. */
    void gone();
  }
}

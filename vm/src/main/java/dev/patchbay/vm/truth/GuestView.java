package dev.patchbay.vm.truth;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.NicState;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * The guest's side of one NIC.
 *
 * @param state ATTACHED, DRIVER_READY, UP or CONFIGURED
 * @param mac the address that the guest uses; empty while nobody knows
 * @param promiscuous whether it listens to everything
 * @param addresses that it has, as far as known
 * @param why it is not further, or what is odd; empty when all is as it should be
 */
public record GuestView(
    NicState state,
    Optional<MacAddress> mac,
    boolean promiscuous,
    List<InetAddress> addresses,
    String why) {
  /** Copies the list. */
  public GuestView {
    addresses = List.copyOf(addresses);
  }

  /** Whether the guest's driver has taken the NIC, so that nothing is missing on our side. */
  public boolean isReady() {
    return state != NicState.ATTACHED;
  }

  /** An address as people write it. */
  public static String text(InetAddress address) {
    String text = Cidr.host(address).toString();
    return text.substring(0, text.indexOf('/'));
  }
}

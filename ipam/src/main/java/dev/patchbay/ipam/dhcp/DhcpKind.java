package dev.patchbay.ipam.dhcp;

import java.util.Arrays;
import java.util.Optional;

/** What a message is for: option 53 (RFC 2132, section 9.6). */
public enum DhcpKind {
  /** The client looks for servers. */
  DISCOVER(1),
  /** A server has something for it. */
  OFFER(2),
  /** The client wants what was offered, or goes on with what it has. */
  REQUEST(3),
  /** The client found the address in use. */
  DECLINE(4),
  /** The client may use it. */
  ACK(5),
  /** The client may not, and starts again. */
  NAK(6),
  /** The client needs its address no more. */
  RELEASE(7),
  /** The client has an address and wants the rest. */
  INFORM(8);

  private final int number;

  DhcpKind(int number) {
    this.number = number;
  }

  /** As it goes over the wire. */
  public int number() {
    return number;
  }

  static Optional<DhcpKind> of(int number) {
    return Arrays.stream(values()).filter(kind -> kind.number == number).findFirst();
  }
}

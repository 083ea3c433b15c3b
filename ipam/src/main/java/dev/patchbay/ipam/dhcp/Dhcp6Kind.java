package dev.patchbay.ipam.dhcp;

import java.util.Arrays;
import java.util.Optional;

/** What a message between an IPv6 client and a server is for (RFC 8415, section 7.3). */
public enum Dhcp6Kind {
  /** The client looks for servers. */
  SOLICIT(1),
  /** A server has something for it. */
  ADVERTISE(2),
  /** The client wants what was advertised. */
  REQUEST(3),
  /** The client asks whether its addresses still fit the link. */
  CONFIRM(4),
  /** The client goes on with what its server gave it. */
  RENEW(5),
  /** The same, to any server. */
  REBIND(6),
  /** A server answers. */
  REPLY(7),
  /** The client needs its addresses no more. */
  RELEASE(8),
  /** The client found an address in use. */
  DECLINE(9),
  /** The server wants the client to ask again. */
  RECONFIGURE(10),
  /** The client has addresses and wants the rest. */
  INFORMATION_REQUEST(11);

  private final int number;

  Dhcp6Kind(int number) {
    this.number = number;
  }

  /** As it goes over the wire. */
  public int number() {
    return number;
  }

  static Optional<Dhcp6Kind> of(int number) {
    return Arrays.stream(values()).filter(kind -> kind.number == number).findFirst();
  }
}

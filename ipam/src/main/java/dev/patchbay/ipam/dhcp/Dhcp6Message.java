package dev.patchbay.ipam.dhcp;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A message between a client and a server (RFC 8415, section 8); relays' messages are none.
 *
 * @param kind what it is for
 * @param transaction what the client chose to tell its conversations apart, 24 bits
 * @param options in their order; some may come several times
 */
public record Dhcp6Message(Dhcp6Kind kind, int transaction, List<Dhcp6Option> options) {
  private static final int HEADER = 4;
  private static final int TRANSACTION = 0xffffff;

  /**
   * Copies the list; throws IllegalArgumentException when the transaction has more than 24 bits.
   */
  public Dhcp6Message {
    options = List.copyOf(options);
    if ((transaction & ~TRANSACTION) != 0) {
      throw new IllegalArgumentException("a transaction has 24 bits: " + transaction);
    }
  }

  /**
   * Reads the payload of a UDP datagram.
   *
   * @throws IllegalArgumentException when it is no such message
   */
  public static Dhcp6Message read(byte[] payload) {
    if (payload.length < HEADER) {
      throw new IllegalArgumentException("a DHCPv6 message of only " + payload.length + " bytes");
    }
    ByteBuffer in = ByteBuffer.wrap(payload);
    int first = in.getInt();
    int number = first >>> 24;
    Dhcp6Kind kind =
        Dhcp6Kind.of(number)
            .orElseThrow(() -> new IllegalArgumentException("no kind of message: " + number));
    return new Dhcp6Message(kind, first & TRANSACTION, Dhcp6Option.read(in));
  }

  /** The payload of a UDP datagram. */
  public byte[] bytes() {
    byte[] all = Dhcp6Option.bytes(options);
    return ByteBuffer.allocate(HEADER + all.length)
        .putInt(kind.number() << 24 | transaction)
        .put(all)
        .array();
  }

  /** The first option of a code. */
  public Optional<Dhcp6Option> option(int code) {
    return all(code).findFirst();
  }

  /** All options of a code. */
  public Stream<Dhcp6Option> all(int code) {
    return options.stream().filter(one -> one.code() == code);
  }
}

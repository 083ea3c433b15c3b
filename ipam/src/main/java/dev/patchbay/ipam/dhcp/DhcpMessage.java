package dev.patchbay.ipam.dhcp;

import dev.patchbay.core.nic.MacAddress;
import java.net.Inet4Address;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * A message between a client and a server (RFC 2131, section 2), without what only relays and
 * network boot use.
 *
 * @param reply whether a server speaks
 * @param kind what it is for
 * @param transaction what the client chose to tell its conversations apart
 * @param broadcast whether the client cannot receive unicast yet
 * @param current the address that the client uses already; 0.0.0.0 when none
 * @param yours the address that the server gives; 0.0.0.0 in a client's message
 * @param client the client's hardware address
 * @param options all others than what it is for
 */
public record DhcpMessage(
    boolean reply,
    DhcpKind kind,
    int transaction,
    boolean broadcast,
    Inet4Address current,
    Inet4Address yours,
    MacAddress client,
    DhcpOptions options) {
  /** No address. */
  public static final Inet4Address UNKNOWN = DhcpOptions.address(new byte[Integer.BYTES]);

  private static final int REQUEST = 1;
  private static final int REPLY = 2;
  private static final int ETHERNET = 1;
  private static final int MAC_BYTES = 6;
  private static final int CHADDR_BYTES = 16;
  private static final int NAMES_BYTES = 64 + 128;
  private static final int BROADCAST = 0x8000;
  private static final int COOKIE = 0x63825363;

  /** Some clients and relays drop what is shorter than a BOOTP message (RFC 1542, 2.1). */
  private static final int SHORTEST = 300;

  /**
   * Reads the payload of a UDP datagram.
   *
   * @throws IllegalArgumentException when it is no DHCP message for Ethernet
   */
  public static DhcpMessage read(byte[] payload) {
    ByteBuffer in = ByteBuffer.wrap(payload);
    try {
      int op = Byte.toUnsignedInt(in.get());
      int hardware = Byte.toUnsignedInt(in.get());
      int length = Byte.toUnsignedInt(in.get());
      if ((op != REQUEST && op != REPLY) || hardware != ETHERNET || length != MAC_BYTES) {
        throw new IllegalArgumentException("no BOOTP message for Ethernet");
      }
      in.get(); // hops
      int transaction = in.getInt();
      in.getShort(); // seconds
      boolean broadcast = (in.getShort() & BROADCAST) != 0;
      Inet4Address current = address(in);
      Inet4Address yours = address(in);
      in.position(in.position() + 2 * Integer.BYTES); // next server, relay
      byte[] mac = new byte[MAC_BYTES];
      in.get(mac);
      in.position(in.position() + CHADDR_BYTES - MAC_BYTES + NAMES_BYTES);
      if (in.getInt() != COOKIE) {
        throw new IllegalArgumentException("a BOOTP message without DHCP's options");
      }
      DhcpOptions options = DhcpOptions.read(in);
      return new DhcpMessage(
          op == REPLY,
          kind(options),
          transaction,
          broadcast,
          current,
          yours,
          MacAddress.of(mac),
          options.without(DhcpOptions.KIND));
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("a DHCP message of only " + payload.length + " bytes", e);
    }
  }

  private static DhcpKind kind(DhcpOptions options) {
    return options
        .value(DhcpOptions.KIND)
        .filter(value -> value.length == 1)
        .flatMap(value -> DhcpKind.of(value[0]))
        .orElseThrow(() -> new IllegalArgumentException("option 53 is no kind of message"));
  }

  /** The payload of a UDP datagram. */
  public byte[] bytes() {
    byte[] all = options.with(DhcpOptions.KIND, (byte) kind.number()).bytes();
    int fixed = 11 * Integer.BYTES + NAMES_BYTES + Integer.BYTES;
    ByteBuffer out = ByteBuffer.allocate(Math.max(SHORTEST, fixed + all.length));
    out.put((byte) (reply ? REPLY : REQUEST)).put((byte) ETHERNET).put((byte) MAC_BYTES);
    out.put((byte) 0).putInt(transaction);
    out.putShort((short) 0).putShort((short) (broadcast ? BROADCAST : 0));
    out.put(current.getAddress()).put(yours.getAddress());
    out.position(out.position() + 2 * Integer.BYTES);
    out.put(client.bytes());
    out.position(fixed - Integer.BYTES);
    out.putInt(COOKIE).put(all);
    return out.array();
  }

  private static Inet4Address address(ByteBuffer in) {
    byte[] bytes = new byte[Integer.BYTES];
    in.get(bytes);
    return DhcpOptions.address(bytes);
  }
}

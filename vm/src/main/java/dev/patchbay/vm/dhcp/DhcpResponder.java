package dev.patchbay.vm.dhcp;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.ipam.dhcp.DhcpKind;
import dev.patchbay.ipam.dhcp.DhcpMessage;
import dev.patchbay.ipam.dhcp.DhcpOptions;
import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * The DHCP server of one NIC: it gives that NIC's lease and no other, to that NIC's hardware
 * address and no other. It keeps nothing; what it is asked twice it answers alike.
 *
 * @param guest the NIC's hardware address in the guest
 * @param lease what it is told
 */
public record DhcpResponder(MacAddress guest, NicLease lease) {
  /** Who answers; never on any wire but the NIC's own tap. */
  static final Inet4Address SERVER = (Inet4Address) Cidr.ip("169.254.254.2");

  private static final MacAddress SERVER_MAC = new MacAddress("02:70:61:74:63:68");
  private static final MacAddress EVERYBODY = new MacAddress("ff:ff:ff:ff:ff:ff");
  private static final Inet4Address BROADCAST = (Inet4Address) Cidr.ip("255.255.255.255");
  private static final int SERVER_PORT = 67;
  private static final int CLIENT_PORT = 68;

  /** No client says more; a longer message is somebody's attempt to keep us busy. */
  private static final int LONGEST = 2048;

  /**
   * An answer.
   *
   * @param kind OFFER, ACK or NAK
   * @param lends whether an address is given, which an ACK to an INFORM does not
   * @param frame to be sent to the guest
   */
  public record Reply(DhcpKind kind, boolean lends, ByteBuffer frame) {
    /** Makes the frame read-only. */
    public Reply {
      frame = frame.asReadOnlyBuffer();
    }

    /** A copy of the frame. */
    public byte[] bytes() {
      byte[] all = new byte[frame.remaining()];
      frame.get(frame.position(), all);
      return all;
    }
  }

  /** The answer to a frame from the guest; empty when it is none of our business, or garbage. */
  public Optional<Reply> answer(byte[] frame) {
    return UdpFrame.of(frame)
        .filter(udp -> udp.destinationPort() == SERVER_PORT)
        .filter(udp -> udp.payload().remaining() <= LONGEST)
        .flatMap(udp -> read(udp.data()))
        .filter(message -> !message.reply() && message.client().equals(guest))
        .flatMap(this::reply)
        .map(reply ->
            new Reply(
                reply.kind(),
                !reply.yours().equals(DhcpMessage.UNKNOWN),
                ByteBuffer.wrap(framed(reply))));
  }

  private static Optional<DhcpMessage> read(byte[] payload) {
    try {
      return Optional.of(DhcpMessage.read(payload));
    } catch (IllegalArgumentException _) {
      return Optional.empty(); // a guest may send what it likes
    }
  }

  private Optional<DhcpMessage> reply(DhcpMessage asked) {
    return switch (asked.kind()) {
      case DISCOVER -> Optional.of(lending(asked, DhcpKind.OFFER));
      case REQUEST -> requested(asked);
      case INFORM ->
          Optional.of(
              message(
                  asked, DhcpKind.ACK, asked.current(), DhcpMessage.UNKNOWN, lease.options(false)));
      // the address is the NIC's whatever the guest thinks of it
      case DECLINE, RELEASE -> Optional.empty();
      case OFFER, ACK, NAK -> Optional.empty();
    };
  }

  private Optional<DhcpMessage> requested(DhcpMessage asked) {
    if (asked.options().address(DhcpOptions.SERVER).filter(id -> !id.equals(SERVER)).isPresent()) {
      return Optional.empty(); // it has taken another server's offer
    }
    Inet4Address wanted =
        asked.options().address(DhcpOptions.REQUESTED_ADDRESS).orElse(asked.current());
    return Optional.of(
        wanted.equals(lease.ip())
            ? lending(asked, DhcpKind.ACK)
            : message(
                asked, DhcpKind.NAK, DhcpMessage.UNKNOWN, DhcpMessage.UNKNOWN, DhcpOptions.NONE));
  }

  private DhcpMessage lending(DhcpMessage asked, DhcpKind kind) {
    return message(asked, kind, asked.current(), lease.ip(), lease.options(true));
  }

  private static DhcpMessage message(
      DhcpMessage asked,
      DhcpKind kind,
      Inet4Address current,
      Inet4Address yours,
      DhcpOptions options) {
    return new DhcpMessage(
        true,
        kind,
        asked.transaction(),
        asked.broadcast(),
        current,
        yours,
        asked.client(),
        options.with(DhcpOptions.SERVER, List.of(SERVER)));
  }

  /** To all where the guest asked for that or has no address to be reached at (RFC 2131, 4.1). */
  private byte[] framed(DhcpMessage reply) {
    boolean known = !reply.current().equals(DhcpMessage.UNKNOWN);
    Inet4Address to = known ? reply.current() : reply.yours();
    boolean all =
        reply.kind() == DhcpKind.NAK
            || to.equals(DhcpMessage.UNKNOWN)
            || (reply.broadcast() && !known);
    return new UdpFrame(
            SERVER_MAC,
            all ? EVERYBODY : guest,
            SERVER,
            all ? BROADCAST : to,
            SERVER_PORT,
            CLIENT_PORT,
            ByteBuffer.wrap(reply.bytes()))
        .bytes();
  }
}

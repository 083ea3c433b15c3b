package dev.patchbay.linux.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * One netlink message: header fields and payload (linux/netlink.h, struct nlmsghdr).
 *
 * @param type what it is about: a control type below 0x10, else the family's
 * @param flags NLM_F_*
 * @param sequence of the request it answers
 * @param payload read-only, native byte order; every call of the accessor starts at position 0
 */
public record NetlinkMessage(int type, int flags, int sequence, ByteBuffer payload) {
  /** Bytes of the header, which is also its alignment-padded size. */
  public static final int HEADER = 16;

  // linux/netlink.h
  static final int NLMSG_NOOP = 1;
  static final int NLMSG_ERROR = 2;
  static final int NLMSG_DONE = 3;
  static final int NLMSG_OVERRUN = 4;

  /** Keeps a read-only view. */
  public NetlinkMessage {
    payload = payload.asReadOnlyBuffer();
  }

  @Override
  public ByteBuffer payload() {
    return payload.duplicate().order(ByteOrder.nativeOrder());
  }

  /**
   * Splits one datagram into its messages, without copying.
   *
   * @throws MalformedNetlinkException when a length field points outside the datagram
   */
  public static List<NetlinkMessage> parseAll(ByteBuffer datagram)
      throws MalformedNetlinkException {
    ByteBuffer bytes = datagram.slice().order(ByteOrder.nativeOrder());
    List<NetlinkMessage> messages = new ArrayList<>();
    while (bytes.remaining() >= HEADER) {
      int start = bytes.position();
      int length = bytes.getInt(start);
      if (length < HEADER || length > bytes.remaining()) {
        throw new MalformedNetlinkException(
            "message at byte " + start + " claims " + Integer.toUnsignedString(length) + " bytes");
      }
      messages.add(
          new NetlinkMessage(
              Short.toUnsignedInt(bytes.getShort(start + 4)),
              Short.toUnsignedInt(bytes.getShort(start + 6)),
              bytes.getInt(start + 8),
              bytes.slice(start + HEADER, length - HEADER)));
      bytes.position(start + Math.min(align(length), bytes.remaining()));
    }
    if (bytes.hasRemaining()) {
      throw new MalformedNetlinkException(
          bytes.remaining() + " bytes after the last message are too few for a header");
    }
    return messages;
  }

  /** Messages and attributes start at multiples of four bytes (NLMSG_ALIGNTO, NLA_ALIGNTO). */
  static int align(int length) {
    return (length + 3) & ~3;
  }
}

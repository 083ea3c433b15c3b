package dev.patchbay.linux.netlink;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * One netlink request, ready but for its sequence number. It is a value: it may be built, compared
 * and printed without a socket. Descriptors inside it must be open when it is sent.
 */
public final class Request {
  // linux/netlink.h
  public static final int NLM_F_REQUEST = 0x1;
  public static final int NLM_F_ACK = 0x4;
  public static final int NLM_F_REPLACE = 0x100;
  public static final int NLM_F_EXCL = 0x200;
  public static final int NLM_F_CREATE = 0x400;
  public static final int NLM_F_APPEND = 0x800;
  public static final int NLM_F_DUMP = 0x300;

  private final String what;
  private final int type;
  private final int flags;
  private final byte[] payload;

  private Request(String what, int type, int flags, byte[] payload) {
    this.what = what;
    this.type = type;
    this.flags = flags | NLM_F_REQUEST;
    this.payload = payload;
  }

  /**
   * A request that the kernel answers with an acknowledgement or an error.
   *
   * @param what for people and errors, such as {@code add veth net1}
   * @param flags besides NLM_F_REQUEST and NLM_F_ACK
   */
  public static Request of(String what, int type, int flags, Payload payload) {
    return new Request(what, type, flags | NLM_F_ACK, payload.toBytes());
  }

  /** A request for a whole table; goes through {@link NetlinkSocket#dump}. */
  public static Request dump(String what, int type, Payload payload) {
    return new Request(what, type, NLM_F_DUMP, payload.toBytes());
  }

  /** A request that the kernel answers only when it refuses it, such as a batch marker. */
  public static Request unacknowledged(String what, int type, int flags, Payload payload) {
    return new Request(what, type, flags, payload.toBytes());
  }

  /** What it does, for people and errors. */
  public String what() {
    return what;
  }

  boolean acknowledged() {
    return (flags & NLM_F_ACK) != 0;
  }

  int size() {
    return NetlinkMessage.HEADER + NetlinkMessage.align(payload.length);
  }

  void write(ByteBuffer to, int sequence) {
    int start = to.position();
    to.putInt(NetlinkMessage.HEADER + payload.length)
        .putShort((short) type)
        .putShort((short) flags)
        .putInt(sequence)
        .putInt(0) // the kernel fills in our port
        .put(payload)
        .position(start + size());
  }

  /**
   * The message's type, flags and payload in hexadecimal: what goes on the wire but the sequence.
   */
  public String toHex() {
    return "%04x %04x %s".formatted(type, flags, HexFormat.of().formatHex(payload));
  }

  @Override
  public String toString() {
    return what;
  }
}

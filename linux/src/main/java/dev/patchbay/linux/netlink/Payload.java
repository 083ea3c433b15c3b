package dev.patchbay.linux.netlink;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Writes what follows a message's header: the family's fixed struct, then attributes, each padded
 * to four bytes. Numbers are in the machine's byte order unless the name says otherwise.
 */
public final class Payload {
  /** Marks a nest for families that insist on it: pass {@code type | NESTED} to {@link #nest}. */
  public static final int NESTED = 0x8000; // NLA_F_NESTED, linux/netlink.h

  private static final int ATTRIBUTE_HEADER = 4;
  private static final int MOST = 0xffff;

  private ByteBuffer bytes = ByteBuffer.allocate(256).order(ByteOrder.nativeOrder());

  /** An empty payload. */
  public Payload() {}

  /** Appends raw bytes: a fixed struct, in wire order, padded to four bytes. */
  public Payload struct(byte... struct) {
    room(NetlinkMessage.align(struct.length)).put(struct);
    return pad();
  }

  /** Appends an attribute without value. */
  public Payload flag(int type) {
    return bytes(type);
  }

  /** Appends an unsigned 8-bit attribute. */
  public Payload u8(int type, int value) {
    return bytes(type, (byte) value);
  }

  /** Appends an unsigned 16-bit attribute. */
  public Payload u16(int type, int value) {
    begin(type, Short.BYTES).putShort((short) value);
    return pad();
  }

  /** Appends an unsigned 16-bit attribute in network byte order. */
  public Payload be16(int type, int value) {
    return bytes(type, (byte) (value >> 8), (byte) value);
  }

  /** Appends a 32-bit attribute: 0 to 2³²-1, or a negative int. */
  public Payload u32(int type, long value) {
    begin(type, Integer.BYTES).putInt((int) value);
    return this;
  }

  /** Appends a 32-bit attribute in network byte order. */
  public Payload be32(int type, long value) {
    return bytes(
        type, (byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value);
  }

  /** Appends a 64-bit attribute. */
  public Payload u64(int type, long value) {
    begin(type, Long.BYTES).putLong(value);
    return this;
  }

  /** Appends text with the NUL that the kernel expects. */
  public Payload string(int type, String text) {
    byte[] utf8 = text.getBytes(UTF_8);
    return bytes(type, Arrays.copyOf(utf8, utf8.length + 1));
  }

  /** Appends a binary attribute. */
  public Payload bytes(int type, byte... value) {
    begin(type, value.length).put(value);
    return pad();
  }

  /** Appends an attribute that holds what {@code content} writes. */
  public Payload nest(int type, Consumer<Payload> content) {
    Payload inner = new Payload();
    content.accept(inner);
    return bytes(type, inner.toBytes());
  }

  /** What was written so far. */
  public byte[] toBytes() {
    return Arrays.copyOf(bytes.array(), bytes.position());
  }

  private ByteBuffer begin(int type, int length) {
    if (ATTRIBUTE_HEADER + length > MOST) {
      throw new IllegalArgumentException(
          "attribute " + type + " of " + length + " bytes is longer than netlink can carry");
    }
    return room(ATTRIBUTE_HEADER + NetlinkMessage.align(length))
        .putShort((short) (ATTRIBUTE_HEADER + length))
        .putShort((short) type);
  }

  private ByteBuffer room(int length) {
    if (bytes.remaining() < length) {
      int size = Math.max(bytes.capacity() * 2, bytes.position() + length);
      ByteBuffer larger = ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
      bytes = larger.put(bytes.flip());
    }
    return bytes;
  }

  private Payload pad() {
    while (bytes.position() % 4 != 0) {
      bytes.put((byte) 0);
    }
    return this;
  }
}

package dev.patchbay.linux.netlink;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The attributes of a message or of one nesting level (linux/netlink.h, struct nlattr). Where a
 * type occurs twice the last one counts, as in the kernel's own parser.
 *
 * @param all in the order of the message
 */
public record Attributes(List<Attribute> all) {
  /** None at all. */
  public static final Attributes NONE = new Attributes(List.of());

  private static final int HEADER = 4;
  private static final int TYPE_MASK = 0x3fff; // NLA_TYPE_MASK: without nested and byte-order bits

  /**
   * One attribute.
   *
   * @param type without its flag bits
   * @param value read-only; every call of the accessor starts at position 0, in native order
   */
  public record Attribute(int type, ByteBuffer value) {
    /** Keeps a read-only view. */
    public Attribute {
      value = value.asReadOnlyBuffer();
    }

    @Override
    public ByteBuffer value() {
      return value.duplicate().order(ByteOrder.nativeOrder());
    }
  }

  /** Copies the list. */
  public Attributes {
    all = List.copyOf(all);
  }

  /**
   * Reads all attributes from the buffer's position to its limit.
   *
   * @throws MalformedNetlinkException when a length field points outside the buffer
   */
  public static Attributes parse(ByteBuffer payload) throws MalformedNetlinkException {
    ByteBuffer bytes = payload.slice().order(ByteOrder.nativeOrder());
    List<Attribute> found = new ArrayList<>();
    // Up to three bytes may trail: padding that is not counted in any length.
    while (bytes.remaining() >= HEADER) {
      int start = bytes.position();
      int length = Short.toUnsignedInt(bytes.getShort(start));
      if (length < HEADER || length > bytes.remaining()) {
        throw new MalformedNetlinkException(
            "attribute at byte " + start + " claims " + length + " bytes");
      }
      int type = Short.toUnsignedInt(bytes.getShort(start + 2)) & TYPE_MASK;
      found.add(new Attribute(type, bytes.slice(start + HEADER, length - HEADER)));
      bytes.position(start + Math.min(NetlinkMessage.align(length), bytes.remaining()));
    }
    return new Attributes(found);
  }

  /** Reads the attributes that follow a fixed header of the message's family. */
  public static Attributes after(NetlinkMessage message, int header)
      throws MalformedNetlinkException {
    ByteBuffer payload = message.payload();
    if (payload.remaining() < header) {
      throw new MalformedNetlinkException(
          "a payload of " + payload.remaining() + " bytes has no header of " + header);
    }
    return parse(payload.position(NetlinkMessage.align(header)));
  }

  /** The raw value; of several the last one counts. */
  public Optional<ByteBuffer> value(int type) {
    // a link has fifty attributes, of which twenty are asked for: a stream each would be felt
    for (int i = all.size() - 1; i >= 0; i--) {
      if (all.get(i).type() == type) {
        return Optional.of(all.get(i).value());
      }
    }
    return Optional.empty();
  }

  /** Whether it is there. */
  public boolean has(int type) {
    return value(type).isPresent();
  }

  /** The value's bytes. */
  public Optional<byte[]> bytes(int type) {
    return value(type)
        .map(value -> {
          byte[] bytes = new byte[value.remaining()];
          value.get(bytes);
          return bytes;
        });
  }

  /** Text up to its first NUL; bytes that are not UTF-8 become the replacement character. */
  public Optional<String> string(int type) {
    return bytes(type)
        .map(bytes -> {
          int end = 0;
          while (end < bytes.length && bytes[end] != 0) {
            end++;
          }
          return new String(bytes, 0, end, UTF_8);
        });
  }

  /** An unsigned 8-bit value. */
  public OptionalInt u8(int type) throws MalformedNetlinkException {
    Optional<ByteBuffer> value = sized(type, Byte.BYTES);
    return value.isEmpty()
        ? OptionalInt.empty()
        : OptionalInt.of(Byte.toUnsignedInt(value.get().get(0)));
  }

  /** An unsigned 16-bit value in the machine's byte order. */
  public OptionalInt u16(int type) throws MalformedNetlinkException {
    Optional<ByteBuffer> value = sized(type, Short.BYTES);
    return value.isEmpty()
        ? OptionalInt.empty()
        : OptionalInt.of(Short.toUnsignedInt(value.get().getShort(0)));
  }

  /** A 32-bit value; one that the kernel means as unsigned may come out negative. */
  public OptionalInt s32(int type) throws MalformedNetlinkException {
    Optional<ByteBuffer> value = sized(type, Integer.BYTES);
    return value.isEmpty() ? OptionalInt.empty() : OptionalInt.of(value.get().getInt(0));
  }

  /** An unsigned 32-bit value. */
  public OptionalLong u32(int type) throws MalformedNetlinkException {
    OptionalInt value = s32(type);
    return value.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(Integer.toUnsignedLong(value.getAsInt()));
  }

  /** A 64-bit value. */
  public OptionalLong u64(int type) throws MalformedNetlinkException {
    Optional<ByteBuffer> value = sized(type, Long.BYTES);
    return value.isEmpty() ? OptionalLong.empty() : OptionalLong.of(value.get().getLong(0));
  }

  /** The attributes inside one; none when it is absent. */
  public Attributes nested(int type) throws MalformedNetlinkException {
    Optional<ByteBuffer> value = value(type);
    return value.isEmpty() ? NONE : parse(value.get());
  }

  private Optional<ByteBuffer> sized(int type, int size) throws MalformedNetlinkException {
    Optional<ByteBuffer> value = value(type);
    if (value.isPresent() && value.get().remaining() < size) {
      throw new MalformedNetlinkException(
          "attribute " + type + " has " + value.get().remaining() + " bytes, wanted " + size);
    }
    return value;
  }
}

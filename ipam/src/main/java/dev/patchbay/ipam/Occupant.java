package dev.patchbay.ipam;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.plan.LeaseOp.Holder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/** Who a reservation file says has its address. */
public sealed interface Occupant {
  /** Between container ID and interface in a reservation file. */
  String SEPARATOR = "\r\n";

  /** The most bytes of a file that are looked at. */
  int MAX_BYTES = 4096;

  /** One NIC: container ID, CR LF, interface; what host-local writes since 0.8. */
  record Nic(Holder holder) implements Occupant {
    @Override
    public String toString() {
      return "container " + holder.containerId() + ", interface " + holder.ifName();
    }
  }

  /** A container, whatever the interface: files of older versions hold its ID alone. */
  record Container(String containerId) implements Occupant {
    @Override
    public String toString() {
      return "container " + containerId;
    }
  }

  /** Nobody can tell: the address counts as taken. */
  record Unreadable(String why) implements Occupant {
    @Override
    public String toString() {
      return "a file that is " + why;
    }
  }

  /** Whether the address is this NIC's, or its container's as older versions write it. */
  default boolean isFor(Holder holder) {
    return switch (this) {
      case Nic(Holder nic) -> nic.equals(holder);
      case Container(String containerId) -> containerId.equals(holder.containerId());
      case Unreadable _ -> false;
    };
  }

  /** Reads the bytes of a reservation file; whatever they are, the answer is an Occupant. */
  static Occupant parse(byte[] bytes) {
    if (bytes.length == 0) {
      return new Unreadable("empty");
    }
    if (bytes.length > MAX_BYTES) {
      return new Unreadable("longer than " + MAX_BYTES + " bytes");
    }
    try {
      return parse(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString().strip());
    } catch (CharacterCodingException _) {
      return new Unreadable("not UTF-8");
    }
  }

  private static Occupant parse(String text) {
    int line = text.indexOf(SEPARATOR);
    String containerId = line < 0 ? text : text.substring(0, line);
    if (!CniName.isValid(containerId)) {
      return new Unreadable("not in host-local's format");
    }
    if (line < 0) {
      return new Container(containerId);
    }
    try {
      IfName ifName = new IfName(text.substring(line + SEPARATOR.length()));
      return new Nic(new Holder(containerId, ifName));
    } catch (IllegalArgumentException _) {
      return new Unreadable("without a valid interface name");
    }
  }

  /** The bytes that host-local writes for this NIC. */
  static byte[] bytes(Holder holder) {
    return (holder.containerId() + SEPARATOR + holder.ifName()).getBytes(UTF_8);
  }
}

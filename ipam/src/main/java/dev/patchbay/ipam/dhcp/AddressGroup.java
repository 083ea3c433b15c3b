package dev.patchbay.ipam.dhcp;

import java.net.Inet6Address;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Addresses that a client keeps together: an identity association, IA_NA (RFC 8415, sections 21.4
 * and 21.6).
 *
 * @param id chosen by the client
 * @param lent addresses for as long as the client likes
 * @param withdrawn addresses that it must not use any more
 * @param status what came of it, if it is not success
 */
public record AddressGroup(
    int id, List<Inet6Address> lent, List<Inet6Address> withdrawn, Optional<Status> status) {
  private static final int HEADER = 12;
  private static final int ADDRESS = 16;
  private static final int LIFETIMES = 8;
  private static final int FOR_EVER = -1;

  /** What came of a request (RFC 8415, section 21.13). */
  public enum Status {
    /** All is well. */
    SUCCESS(0),
    /** There is no address to give. */
    NO_ADDRESSES(2),
    /** The addresses do not fit the link. */
    NOT_ON_LINK(4),
    /** There is no prefix to give. */
    NO_PREFIXES(6);

    private final int number;

    Status(int number) {
      this.number = number;
    }

    /** As it goes over the wire. */
    public int number() {
      return number;
    }

    /** As an option of a message or of a group. */
    public Dhcp6Option option(String why) {
      byte[] text = why.getBytes(StandardCharsets.UTF_8);
      return Dhcp6Option.of(
          Dhcp6Option.STATUS,
          ByteBuffer.allocate(2 + text.length).putShort((short) number).put(text).array());
    }
  }

  /** Copies the lists. */
  public AddressGroup {
    lent = List.copyOf(lent);
    withdrawn = List.copyOf(withdrawn);
  }

  /**
   * Reads what a client asks for; its addresses count as lent.
   *
   * @throws IllegalArgumentException when the option is no group
   */
  public static AddressGroup read(Dhcp6Option option) {
    byte[] value = option.value();
    if (value.length < HEADER) {
      throw new IllegalArgumentException("a group of addresses of " + value.length + " bytes");
    }
    ByteBuffer in = ByteBuffer.wrap(value);
    int id = in.getInt();
    List<Inet6Address> addresses = new ArrayList<>();
    for (Dhcp6Option one : Dhcp6Option.read(in.position(HEADER).slice())) {
      if (one.code() == Dhcp6Option.ADDRESS) {
        addresses.add(address(one.value()));
      }
    }
    return new AddressGroup(id, addresses, List.of(), Optional.empty());
  }

  /** As it goes over the wire: what is lent is lent for ever, so that nothing is renewed. */
  public Dhcp6Option option() {
    List<Dhcp6Option> inner = new ArrayList<>();
    lent.forEach(address -> inner.add(option(address, FOR_EVER)));
    withdrawn.forEach(address -> inner.add(option(address, 0)));
    status.ifPresent(what -> inner.add(what.option("")));
    byte[] all = Dhcp6Option.bytes(inner);
    int renew = lent.isEmpty() ? 0 : FOR_EVER;
    return Dhcp6Option.of(
        Dhcp6Option.ADDRESSES,
        ByteBuffer.allocate(HEADER + all.length)
            .putInt(id)
            .putInt(renew)
            .putInt(renew)
            .put(all)
            .array());
  }

  private static Dhcp6Option option(Inet6Address address, int lifetime) {
    return Dhcp6Option.of(
        Dhcp6Option.ADDRESS,
        ByteBuffer.allocate(ADDRESS + LIFETIMES)
            .put(address.getAddress())
            .putInt(lifetime)
            .putInt(lifetime)
            .array());
  }

  private static Inet6Address address(byte[] value) {
    if (value.length < ADDRESS + LIFETIMES) {
      throw new IllegalArgumentException("an address of " + value.length + " bytes");
    }
    try {
      // as it stands there: a mapped IPv4 address must not become one
      return Inet6Address.getByAddress("", Arrays.copyOf(value, ADDRESS), -1);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("no IPv6 address", e);
    }
  }
}

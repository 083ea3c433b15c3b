package dev.patchbay.vm.dhcp;

import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.ipam.dhcp.AddressGroup;
import dev.patchbay.ipam.dhcp.AddressGroup.Status;
import dev.patchbay.ipam.dhcp.Dhcp6Kind;
import dev.patchbay.ipam.dhcp.Dhcp6Message;
import dev.patchbay.ipam.dhcp.Dhcp6Option;
import dev.patchbay.ipam.dhcp.DnsNames;
import java.net.Inet6Address;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The DHCPv6 server of one NIC (RFC 8415, section 18.3): it gives that NIC's addresses and no
 * others, to that NIC's hardware address and no other. It keeps nothing; what it is asked twice it
 * answers alike.
 *
 * @param guest the NIC's hardware address in the guest
 * @param lease what it is told
 */
record Dhcp6Responder(MacAddress guest, NicLease6 lease) {
  static final int SERVER_PORT = 547;
  static final int CLIENT_PORT = 546;

  /** DUID-LL of our address (RFC 8415, section 11.4). */
  static final Dhcp6Option SERVER =
      Dhcp6Option.of(
          Dhcp6Option.SERVER,
          ByteBuffer.allocate(10)
              .putShort((short) 3)
              .putShort((short) 1)
              .put(Advertisement.OWN_MAC.bytes())
              .array());

  private static final int HOPS = 64;
  private static final int LONGEST = 2048;
  private static final int MOST_GROUPS = 8;

  /**
   * An answer.
   *
   * @param message for the guest
   * @param lends whether the guest now has its addresses
   */
  record Reply(Dhcp6Message message, boolean lends) {}

  /** The answer to a datagram from the guest; empty when it is none of our business, or garbage. */
  Optional<Reply> answer(Ipv6Frame frame) {
    return frame
        .datagram(SERVER_PORT)
        .filter(_ -> frame.from().equals(guest) && frame.source().isLinkLocalAddress())
        .filter(data -> data.length <= LONGEST)
        .flatMap(this::answer);
  }

  private Optional<Reply> answer(byte[] data) {
    try {
      Dhcp6Message asked = Dhcp6Message.read(data);
      return isForUs(asked) ? reply(asked) : Optional.empty();
    } catch (IllegalArgumentException _) {
      return Optional.empty(); // a guest may send what it likes
    }
  }

  /** A message as a frame to the one who asked. */
  byte[] framed(Dhcp6Message message, Ipv6Frame asked) {
    return new Ipv6Frame(
            Advertisement.OWN_MAC,
            guest,
            Advertisement.OWN,
            asked.source(),
            Ipv6Frame.UDP,
            HOPS,
            Ipv6Frame.datagram(SERVER_PORT, CLIENT_PORT, message.bytes()))
        .bytes();
  }

  /** RFC 8415, section 16: what must be there and what must not, by kind. */
  private static boolean isForUs(Dhcp6Message asked) {
    Optional<Dhcp6Option> server = asked.option(Dhcp6Option.SERVER);
    boolean known = asked.option(Dhcp6Option.CLIENT).isPresent();
    return switch (asked.kind()) {
      case SOLICIT, CONFIRM, REBIND -> known && server.isEmpty();
      case REQUEST, RENEW, RELEASE, DECLINE -> known && server.equals(Optional.of(SERVER));
      case INFORMATION_REQUEST ->
          server.filter(id -> !id.equals(SERVER)).isEmpty()
              && asked.option(Dhcp6Option.ADDRESSES).isEmpty();
      case ADVERTISE, REPLY, RECONFIGURE -> false;
    };
  }

  private Optional<Reply> reply(Dhcp6Message asked) {
    return switch (asked.kind()) {
      case SOLICIT -> Optional.of(solicited(asked));
      case REQUEST, RENEW, REBIND -> Optional.of(lending(asked, Dhcp6Kind.REPLY, List.of()));
      case CONFIRM -> confirmed(asked);
      // the address is the NIC's whatever the guest thinks of it
      case RELEASE, DECLINE ->
          Optional.of(answering(asked, Dhcp6Kind.REPLY, List.of(Status.SUCCESS.option(""))));
      case INFORMATION_REQUEST -> Optional.of(answering(asked, Dhcp6Kind.REPLY, settings()));
      case ADVERTISE, REPLY, RECONFIGURE -> Optional.empty();
    };
  }

  private Reply solicited(Dhcp6Message asked) {
    Optional<Dhcp6Option> rapid = asked.option(Dhcp6Option.RAPID_COMMIT);
    return rapid.isPresent()
        ? lending(asked, Dhcp6Kind.REPLY, List.of(rapid.get()))
        // a client that hears of a better server need not wait a second for it
        : lending(
            asked,
            Dhcp6Kind.ADVERTISE,
            List.of(Dhcp6Option.of(Dhcp6Option.PREFERENCE, (byte) 255)));
  }

  /** The first group gets all addresses, and what else the client thinks it has is withdrawn. */
  private Reply lending(Dhcp6Message asked, Dhcp6Kind kind, List<Dhcp6Option> more) {
    List<AddressGroup> groups = groups(asked);
    List<Dhcp6Option> options = new ArrayList<>(more);
    for (int i = 0; i < groups.size(); i++) {
      List<Inet6Address> lent = i == 0 ? lease.ips() : List.of();
      List<Inet6Address> strange =
          groups.get(i).lent().stream().filter(address -> !lent.contains(address)).toList();
      boolean renewed = asked.kind() == Dhcp6Kind.RENEW || asked.kind() == Dhcp6Kind.REBIND;
      options.add(
          new AddressGroup(
                  groups.get(i).id(),
                  lent,
                  renewed ? strange : List.of(),
                  lent.isEmpty() ? Optional.of(Status.NO_ADDRESSES) : Optional.empty())
              .option());
    }
    asked
        .all(Dhcp6Option.PREFIXES)
        .filter(option -> option.value().length >= 12)
        .limit(MOST_GROUPS)
        .forEach(option -> options.add(noPrefix(option)));
    options.addAll(settings());
    boolean lends = kind == Dhcp6Kind.REPLY && !groups.isEmpty();
    return new Reply(answering(asked, kind, options).message(), lends);
  }

  private static List<AddressGroup> groups(Dhcp6Message asked) {
    return asked.all(Dhcp6Option.ADDRESSES).limit(MOST_GROUPS).map(AddressGroup::read).toList();
  }

  private static Dhcp6Option noPrefix(Dhcp6Option asked) {
    Dhcp6Option status = Status.NO_PREFIXES.option("");
    byte[] value = status.value();
    return Dhcp6Option.of(
        Dhcp6Option.PREFIXES,
        ByteBuffer.allocate(16 + value.length)
            .put(asked.value(), 0, 4)
            .putLong(0)
            .putShort((short) status.code())
            .putShort((short) value.length)
            .put(value)
            .array());
  }

  /** Whether what the client has still fits; nothing to say when it asks about nothing. */
  private Optional<Reply> confirmed(Dhcp6Message asked) {
    List<Inet6Address> had =
        groups(asked).stream().flatMap(group -> group.lent().stream()).toList();
    if (had.isEmpty()) {
      return Optional.empty();
    }
    boolean fits = lease.ips().containsAll(had);
    Status status = fits ? Status.SUCCESS : Status.NOT_ON_LINK;
    Reply reply = answering(asked, Dhcp6Kind.REPLY, List.of(status.option("")));
    return Optional.of(new Reply(reply.message(), fits));
  }

  private List<Dhcp6Option> settings() {
    List<Dhcp6Option> options = new ArrayList<>();
    if (!lease.dns().isEmpty()) {
      options.add(Dhcp6Option.of(Dhcp6Option.DNS, lease.dns()));
    }
    byte[] search = DnsNames.bytes(lease.search());
    if (search.length > 0) {
      options.add(Dhcp6Option.of(Dhcp6Option.SEARCH, search));
    }
    return options;
  }

  private static Reply answering(Dhcp6Message asked, Dhcp6Kind kind, List<Dhcp6Option> more) {
    List<Dhcp6Option> options = new ArrayList<>();
    asked.option(Dhcp6Option.CLIENT).ifPresent(options::add);
    options.add(SERVER);
    options.addAll(more);
    return new Reply(new Dhcp6Message(kind, asked.transaction(), options), false);
  }
}

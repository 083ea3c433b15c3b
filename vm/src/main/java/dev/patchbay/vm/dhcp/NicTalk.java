package dev.patchbay.vm.dhcp;

import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.ipam.dhcp.DhcpKind;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The host's side of all talk about addresses on one NIC of a guest: frames in, frames and facts
 * out; no I/O, nothing kept.
 *
 * @param guest the NIC's hardware address as the guest was given it
 * @param lease its IPv4 lease; empty when it has none, and then DHCP is not answered
 * @param lease6 its IPv6 lease; empty likewise
 */
public record NicTalk(MacAddress guest, Optional<NicLease> lease, Optional<NicLease6> lease6) {
  private static final int ETHERNET = 14;
  private static final int ETH_P_ARP = 0x0806;
  private static final int ARP = 28;
  private static final MacAddress EVERYBODY = new MacAddress("ff:ff:ff:ff:ff:ff");
  private static final int ROUTER_SOLICITATION = 133;
  private static final int NEIGHBOUR_SOLICITATION = 135;
  private static final int NEIGHBOUR_ADVERTISEMENT = 136;
  private static final int TARGET = 8;
  private static final int WITH_TARGET = 24;

  /** What a frame tells of the guest. */
  public sealed interface Fact {
    /** It has taken an address that we lend. */
    record Took(InetAddress address) implements Fact {}

    /**
     * It speaks as the owner of an address.
     *
     * @param mac the hardware address it speaks with
     */
    record Speaks(InetAddress address, MacAddress mac) implements Fact {}
  }

  /**
   * What came of a frame.
   *
   * @param answers to be sent to the guest, in this order
   * @param facts what was learnt
   */
  public record Turn(List<ByteBuffer> answers, List<Fact> facts) {
    static final Turn NOTHING = new Turn(List.of(), List.of());

    /** Makes the frames read-only and copies the lists. */
    public Turn {
      answers = answers.stream().map(ByteBuffer::asReadOnlyBuffer).toList();
      facts = List.copyOf(facts);
    }

    static Turn of(byte[] answer, List<Fact> facts) {
      return new Turn(List.of(ByteBuffer.wrap(answer)), facts);
    }

    static Turn of(Fact fact) {
      return new Turn(List.of(), List.of(fact));
    }

    /** Copies of the answers. */
    public List<byte[]> frames() {
      return answers.stream()
          .map(answer -> Ipv6Frame.bytes(answer, answer.position(), answer.remaining()))
          .toList();
    }
  }

  /** The addresses that the guest is given. */
  public List<InetAddress> lent() {
    List<InetAddress> all = new ArrayList<>();
    lease.ifPresent(given -> all.add(given.ip()));
    lease6.ifPresent(given -> all.addAll(given.ips()));
    return List.copyOf(all);
  }

  /** The same once the hardware address of the IPv6 gateway is known. */
  public NicTalk reaching(MacAddress gateway) {
    return new NicTalk(guest, lease, lease6.map(given -> given.reaching(gateway)));
  }

  /** What is to be said unasked, at first and then from time to time. */
  public Optional<byte[]> announcement() {
    return lease6.map(given -> new Advertisement(given).frame());
  }

  /**
   * Asks the guest whether it has the addresses that it was given, in our name and not in the
   * network's, so that nothing it believes of its neighbours changes: a guest that was set up by
   * hand, or before the agent's last start, tells by its answer.
   */
  public List<byte[]> questions() {
    List<byte[]> all = new ArrayList<>();
    lease.ifPresent(given -> all.add(whoHas(given.ip())));
    lease6.ifPresent(given -> given.ips().forEach(ip -> all.add(Advertisement.whoHas(ip))));
    return List.copyOf(all);
  }

  private static byte[] whoHas(Inet4Address address) {
    return ByteBuffer.allocate(ETHERNET + ARP)
        .put(EVERYBODY.bytes())
        .put(Advertisement.OWN_MAC.bytes())
        .putShort((short) ETH_P_ARP)
        .putShort((short) 1) // Ethernet
        .putShort((short) 0x0800)
        .put((byte) 6)
        .put((byte) Integer.BYTES)
        .putShort((short) 1) // request
        .put(Advertisement.OWN_MAC.bytes())
        .put(DhcpResponder.SERVER.getAddress())
        .put(new byte[6])
        .put(address.getAddress())
        .array();
  }

  /** The turn after a frame from the guest, whatever is in it. */
  public Turn hears(byte[] frame) {
    if (frame.length < ETHERNET) {
      return Turn.NOTHING;
    }
    Optional<Ipv6Frame> v6 = Ipv6Frame.of(frame);
    if (v6.isPresent()) {
      return v6.get().next() == Ipv6Frame.ICMP ? neighbours(v6.get()) : dhcp6(v6.get());
    }
    int etherType = Short.toUnsignedInt(ByteBuffer.wrap(frame).getShort(ETHERNET - 2));
    return etherType == ETH_P_ARP ? arp(frame) : dhcp(frame);
  }

  private Turn dhcp(byte[] frame) {
    return lease
        .flatMap(given -> new DhcpResponder(guest, given).answer(frame))
        .map(reply ->
            Turn.of(
                reply.bytes(),
                reply.lends() && reply.kind() == DhcpKind.ACK
                    ? List.of(new Fact.Took(lease.orElseThrow().ip()))
                    : List.of()))
        .orElse(Turn.NOTHING);
  }

  private Turn dhcp6(Ipv6Frame frame) {
    return lease6
        .map(given -> new Dhcp6Responder(guest, given))
        .flatMap(server ->
            server
                .answer(frame)
                .map(reply ->
                    Turn.of(
                        server.framed(reply.message(), frame),
                        reply.lends() ? taken() : List.of())))
        .orElse(Turn.NOTHING);
  }

  private List<Fact> taken() {
    return lease6.orElseThrow().ips().stream().<Fact>map(Fact.Took::new).toList();
  }

  /** Who asks or answers by ARP has the address that it speaks for; a probe has none yet. */
  private static Turn arp(byte[] frame) {
    if (frame.length < ETHERNET + ARP) {
      return Turn.NOTHING;
    }
    ByteBuffer in = ByteBuffer.wrap(frame);
    Inet4Address sender = v4(Ipv6Frame.bytes(in, ETHERNET + 14, Integer.BYTES));
    MacAddress mac = MacAddress.of(Ipv6Frame.bytes(in, ETHERNET + 8, 6));
    return in.getShort(ETHERNET + 2) != 0x0800 || !isUsable(sender, mac)
        ? Turn.NOTHING
        : Turn.of(new Fact.Speaks(sender, mac));
  }

  private Turn neighbours(Ipv6Frame frame) {
    ByteBuffer body = frame.payload();
    int type = body.hasRemaining() ? Byte.toUnsignedInt(body.get(0)) : 0;
    if (type == ROUTER_SOLICITATION) {
      return lease6
          .map(given -> Turn.of(new Advertisement(given).frame(), List.of()))
          .orElse(Turn.NOTHING);
    }
    if (body.remaining() < WITH_TARGET || frame.hops() != 255) {
      return Turn.NOTHING; // a router has passed it on, or it is cut (RFC 4861, section 7.1)
    }
    Inet6Address target = Ipv6Frame.address(Ipv6Frame.bytes(body, TARGET, 16));
    return switch (type) {
      case NEIGHBOUR_SOLICITATION -> asked(frame, target);
      case NEIGHBOUR_ADVERTISEMENT -> speaks(target, frame.from());
      default -> Turn.NOTHING;
    };
  }

  private Turn asked(Ipv6Frame frame, Inet6Address target) {
    List<Fact> facts = new ArrayList<>(speaks(frame.source(), frame.from()).facts());
    return lease6
        .flatMap(given -> new Advertisement(given).answer(target, frame.from(), frame.source()))
        .map(answer -> Turn.of(answer, facts))
        .orElseGet(() -> new Turn(List.of(), facts));
  }

  private static Turn speaks(Inet6Address address, MacAddress mac) {
    return isUsable(address, mac) ? Turn.of(new Fact.Speaks(address, mac)) : Turn.NOTHING;
  }

  private static boolean isUsable(InetAddress address, MacAddress mac) {
    return !address.isAnyLocalAddress()
        && !address.isMulticastAddress()
        && !address.isLoopbackAddress()
        && mac.isUnicast();
  }

  private static Inet4Address v4(byte[] bytes) {
    try {
      return (Inet4Address) InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 bytes are always an address", e);
    }
  }
}

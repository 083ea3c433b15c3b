package dev.patchbay.linux.rtnetlink;

import java.util.List;

/**
 * Which frames a filter chooses.
 *
 * @param what for people and errors
 * @param protocol Ethernet type; 3 (ETH_P_ALL) for any
 * @param words all of which have to match; offsets count from the network header, whose options are
 *     not skipped
 */
public record FrameMatch(String what, int protocol, List<Word> words) {
  private static final int ETH_P_ALL = 0x0003; // linux/if_ether.h
  private static final int ETH_P_IP = 0x0800;
  private static final int ETH_P_IPV6 = 0x86dd;
  private static final int UDP = 17;
  private static final int ICMPV6 = 58;
  private static final int DESTINATION = 0x0000ffff; // of a UDP header's first word
  private static final int TYPE = 0xff000000; // of an ICMPv6 header's first word

  /** Every frame. */
  public static final FrameMatch ANY =
      new FrameMatch("what comes in", ETH_P_ALL, List.of(new Word(0, 0, 0)));

  /** What a DHCP client sends, port 67 (RFC 2131). */
  public static final FrameMatch DHCP =
      new FrameMatch(
          "DHCP",
          ETH_P_IP,
          List.of(new Word(8, 0x00ff0000, UDP << 16), new Word(20, DESTINATION, 67)));

  /** What a DHCPv6 client sends, port 547 (RFC 8415). */
  public static final FrameMatch DHCPV6 =
      new FrameMatch("DHCPv6", ETH_P_IPV6, List.of(next(UDP), new Word(40, DESTINATION, 547)));

  /** A host that looks for routers (RFC 4861, section 4.1). */
  public static final FrameMatch ROUTER_SOLICITATION = icmp6("router solicitations", 133);

  /** A router that tells of itself (RFC 4861, section 4.2). */
  public static final FrameMatch ROUTER_ADVERTISEMENT = icmp6("router advertisements", 134);

  /** Copies the list. */
  public FrameMatch {
    words = List.copyOf(words);
  }

  /**
   * Four bytes of the frame.
   *
   * @param offset in bytes, a multiple of four
   * @param mask which bits count
   * @param value of those bits
   */
  public record Word(int offset, int mask, int value) {}

  private static FrameMatch icmp6(String what, int type) {
    return new FrameMatch(what, ETH_P_IPV6, List.of(next(ICMPV6), new Word(40, TYPE, type << 24)));
  }

  private static Word next(int header) {
    return new Word(4, 0x0000ff00, header << 8);
  }

  @Override
  public String toString() {
    return what;
  }
}

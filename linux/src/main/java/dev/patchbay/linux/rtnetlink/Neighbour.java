package dev.patchbay.linux.rtnetlink;

import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.linux.netlink.Attributes;
import dev.patchbay.linux.netlink.MalformedNetlinkException;
import dev.patchbay.linux.netlink.NetlinkMessage;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * An entry of the ARP or neighbour discovery table (linux/neighbour.h).
 *
 * @param link index
 * @param address whose Ethernet address this is about
 * @param mac empty while unknown
 * @param state NUD_*
 */
public record Neighbour(int link, InetAddress address, Optional<MacAddress> mac, int state) {
  static final int NDA_DST = 1;
  static final int NDA_LLADDR = 2;
  static final int NUD_PERMANENT = 0x80;
  private static final int HEADER = 12; // struct ndmsg
  private static final int ETHERNET = 6;

  /** An entry that stays until deleted. */
  public static Neighbour permanent(int link, InetAddress address, MacAddress mac) {
    return new Neighbour(link, address, Optional.of(mac), NUD_PERMANENT);
  }

  /** Reads an RTM_NEWNEIGH message; MalformedNetlinkException when it is none. */
  public static Neighbour parse(NetlinkMessage message) throws MalformedNetlinkException {
    Attributes attributes = Attributes.after(message, HEADER);
    ByteBuffer header = message.payload();
    return new Neighbour(
        header.getInt(4),
        RouteCodec.ip(attributes, NDA_DST)
            .orElseThrow(() -> new MalformedNetlinkException("a neighbour without address")),
        attributes.bytes(NDA_LLADDR).filter(b -> b.length == ETHERNET).map(MacAddress::of),
        Short.toUnsignedInt(header.getShort(8)));
  }
}

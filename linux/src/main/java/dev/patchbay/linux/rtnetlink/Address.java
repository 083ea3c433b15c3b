package dev.patchbay.linux.rtnetlink;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.linux.netlink.Attributes;
import dev.patchbay.linux.netlink.MalformedNetlinkException;
import dev.patchbay.linux.netlink.NetlinkMessage;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * An address of a link (linux/if_addr.h).
 *
 * @param link index
 * @param cidr the address and the length of its network's prefix
 * @param flags IFA_F_*
 * @param scope 0 everywhere, 253 on the link, 254 on the host
 * @param broadcast IPv4 only
 */
public record Address(int link, Cidr cidr, int flags, int scope, Optional<InetAddress> broadcast) {
  // linux/if_addr.h
  static final int IFA_ADDRESS = 1;
  static final int IFA_LOCAL = 2;
  static final int IFA_BROADCAST = 4;
  static final int IFA_FLAGS = 8;
  private static final int HEADER = 8; // struct ifaddrmsg
  private static final int IFA_F_NODAD = 0x02;
  private static final int IFA_F_DADFAILED = 0x08;
  private static final int IFA_F_TENTATIVE = 0x40;
  private static final int IFA_F_NOPREFIXROUTE = 0x200;
  private static final int IFA_F_STABLE_PRIVACY = 0x800;
  private static final int RT_SCOPE_HOST = 254; // linux/rtnetlink.h
  private static final int LONGEST_WITH_BROADCAST = 30;

  /** An address with neither flags nor broadcast address. */
  public static Address on(int link, Cidr cidr) {
    int scope = cidr.address().isLoopbackAddress() && cidr.isV4() ? RT_SCOPE_HOST : 0;
    return new Address(link, cidr, 0, scope, Optional.empty());
  }

  /** Without the route to its network that the kernel would add. */
  public Address withoutPrefixRoute() {
    return withFlag(IFA_F_NOPREFIXROUTE);
  }

  /** Without duplicate address detection; IPv6 only. */
  public Address withoutDad() {
    return withFlag(IFA_F_NODAD);
  }

  private Address withFlag(int flag) {
    return new Address(link, cidr, flags | flag, scope, broadcast);
  }

  /** With the last address of its network as broadcast address, where IPv4 has one. */
  public Address withBroadcast() {
    if (!cidr.isV4() || cidr.prefix() > LONGEST_WITH_BROADCAST) {
      return this;
    }
    byte[] bytes = cidr.address().getAddress();
    for (int bit = cidr.prefix(); bit < bytes.length * 8; bit++) {
      bytes[bit / 8] |= (byte) (0x80 >> (bit % 8));
    }
    return new Address(link, cidr, flags, scope, Optional.of(RouteCodec.ip(bytes)));
  }

  /** Whether duplicate address detection still goes on. */
  public boolean isTentative() {
    return (flags & IFA_F_TENTATIVE) != 0 && !hasFailedDad();
  }

  /** Whether it was given without duplicate address detection; IPv6 only. */
  public boolean isWithoutDad() {
    return !cidr.isV4() && (flags & IFA_F_NODAD) != 0;
  }

  /** Whether the kernel made it from its secret (RFC 7217). */
  public boolean isStablePrivacy() {
    return (flags & IFA_F_STABLE_PRIVACY) != 0;
  }

  /** Whether somebody else has it (RFC 4862, section 5.4). */
  public boolean hasFailedDad() {
    return (flags & IFA_F_DADFAILED) != 0;
  }

  /** Whether the kernel added no route to its network. */
  public boolean hasNoPrefixRoute() {
    return (flags & IFA_F_NOPREFIXROUTE) != 0;
  }

  /** Reads an RTM_NEWADDR message; MalformedNetlinkException when it is none. */
  public static Address parse(NetlinkMessage message) throws MalformedNetlinkException {
    Attributes attributes = Attributes.after(message, HEADER);
    ByteBuffer header = message.payload();
    // For IPv4 IFA_ADDRESS is the far end of a point-to-point link; IPv6 has IFA_LOCAL only then.
    int own = attributes.has(IFA_LOCAL) ? IFA_LOCAL : IFA_ADDRESS;
    InetAddress address =
        RouteCodec.ip(attributes, own)
            .orElseThrow(() -> new MalformedNetlinkException("an address message without address"));
    return new Address(
        header.getInt(4),
        RouteCodec.cidr(address, Byte.toUnsignedInt(header.get(1))),
        attributes.s32(IFA_FLAGS).orElse(Byte.toUnsignedInt(header.get(2))),
        Byte.toUnsignedInt(header.get(3)),
        RouteCodec.ip(attributes, IFA_BROADCAST));
  }
}

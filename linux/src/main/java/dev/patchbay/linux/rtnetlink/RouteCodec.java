package dev.patchbay.linux.rtnetlink;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.linux.netlink.Attributes;
import dev.patchbay.linux.netlink.MalformedNetlinkException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/** IP addresses on the wire, as addresses, routes and neighbours share them. */
final class RouteCodec {
  static final int AF_INET = 2; // linux/socket.h
  static final int AF_INET6 = 10;

  private RouteCodec() {}

  static int family(InetAddress address) {
    return address instanceof Inet4Address ? AF_INET : AF_INET6;
  }

  static int family(Cidr cidr) {
    return cidr.isV4() ? AF_INET : AF_INET6;
  }

  /** An address of four or sixteen bytes, nothing else. */
  static InetAddress ip(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(bytes.length + " bytes are no IP address", e);
    }
  }

  static Optional<InetAddress> ip(Attributes attributes, int type)
      throws MalformedNetlinkException {
    Optional<byte[]> bytes = attributes.bytes(type);
    if (bytes.isPresent() && bytes.get().length != 4 && bytes.get().length != 16) {
      throw new MalformedNetlinkException(
          "attribute " + type + " of " + bytes.get().length + " bytes is no IP address");
    }
    return bytes.map(RouteCodec::ip);
  }

  static Cidr cidr(InetAddress address, int prefix) throws MalformedNetlinkException {
    if (prefix > address.getAddress().length * 8) {
      throw new MalformedNetlinkException("prefix /" + prefix + " of " + address);
    }
    return new Cidr(address, prefix);
  }
}

package dev.patchbay.linux.rtnetlink;

import dev.patchbay.linux.netlink.Payload;
import dev.patchbay.linux.netlink.Request;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Requests about addresses; pure values, to be sent by a {@link RouteSocket}. */
public final class Addresses {
  // linux/rtnetlink.h
  private static final int RTM_NEWADDR = 20;
  private static final int RTM_DELADDR = 21;
  private static final int RTM_GETADDR = 22;
  private static final int OLD_FLAGS = 0xff; // struct ifaddrmsg holds the first eight only

  private Addresses() {}

  /** Adds an address; EEXIST when the link has it. */
  public static Request add(Address address) {
    return Request.of(
        "add address " + address.cidr() + " to link " + address.link(),
        RTM_NEWADDR,
        Request.NLM_F_CREATE | Request.NLM_F_EXCL,
        payload(address));
  }

  /** Deletes an address; EADDRNOTAVAIL when the link does not have it. */
  public static Request delete(Address address) {
    return Request.of(
        "delete address " + address.cidr() + " from link " + address.link(),
        RTM_DELADDR,
        0,
        payload(address));
  }

  /** Asks for the addresses of one link, or of all links for index 0. */
  static Request list(int link) {
    return Request.dump("list addresses", RTM_GETADDR, header(0, 0, 0, 0, link));
  }

  private static Payload payload(Address address) {
    byte[] ip = address.cidr().address().getAddress();
    Payload payload =
        header(
            RouteCodec.family(address.cidr()),
            address.cidr().prefix(),
            address.flags() & OLD_FLAGS,
            address.scope(),
            address.link());
    payload.bytes(Address.IFA_LOCAL, ip).bytes(Address.IFA_ADDRESS, ip);
    address.broadcast().ifPresent(b -> payload.bytes(Address.IFA_BROADCAST, b.getAddress()));
    if (address.flags() != 0) {
      payload.u32(Address.IFA_FLAGS, address.flags());
    }
    return payload;
  }

  private static Payload header(int family, int prefix, int flags, int scope, int link) {
    ByteBuffer struct = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder());
    struct.put((byte) family).put((byte) prefix).put((byte) flags).put((byte) scope);
    return new Payload().struct(struct.putInt(link).array());
  }
}

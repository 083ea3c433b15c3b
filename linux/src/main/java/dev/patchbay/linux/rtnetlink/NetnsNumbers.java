package dev.patchbay.linux.rtnetlink;

import dev.patchbay.linux.netlink.Attributes;
import dev.patchbay.linux.netlink.MalformedNetlinkException;
import dev.patchbay.linux.netlink.NetlinkMessage;
import dev.patchbay.linux.netlink.Payload;
import dev.patchbay.linux.netlink.Request;
import dev.patchbay.linux.netns.NetnsHandle;
import java.util.List;
import java.util.OptionalInt;

/** Requests about the numbers by which one namespace knows others (linux/net_namespace.h). */
final class NetnsNumbers {
  private static final int RTM_NEWNSID = 88; // linux/rtnetlink.h
  private static final int RTM_GETNSID = 90;
  private static final int NETNSA_NSID = 1;
  private static final int NETNSA_FD = 3;
  private static final int UNASSIGNED = -1; // NETNSA_NSID_NOT_ASSIGNED
  private static final int HEADER = 4; // struct rtgenmsg, padded

  private NetnsNumbers() {}

  static Request get(NetnsHandle other) {
    Payload payload = new Payload().struct(new byte[HEADER]).u32(NETNSA_FD, other.fd());
    return Request.of("look up the number of netns " + other, RTM_GETNSID, 0, payload);
  }

  /** Lets the kernel choose; EEXIST when there is one already. */
  static Request assign(NetnsHandle other) {
    Payload payload = new Payload().struct(new byte[HEADER]);
    payload.u32(NETNSA_NSID, Integer.toUnsignedLong(UNASSIGNED)).u32(NETNSA_FD, other.fd());
    return Request.of("number netns " + other, RTM_NEWNSID, 0, payload);
  }

  static OptionalInt parse(List<NetlinkMessage> replies) throws MalformedNetlinkException {
    if (replies.isEmpty()) {
      return OptionalInt.empty();
    }
    OptionalInt number = Attributes.after(replies.getFirst(), HEADER).s32(NETNSA_NSID);
    return number.orElse(UNASSIGNED) == UNASSIGNED ? OptionalInt.empty() : number;
  }
}

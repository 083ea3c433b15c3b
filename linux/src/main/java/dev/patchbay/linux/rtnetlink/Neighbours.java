package dev.patchbay.linux.rtnetlink;

import dev.patchbay.linux.netlink.Payload;
import dev.patchbay.linux.netlink.Request;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Requests about neighbours; pure values, to be sent by a {@link RouteSocket}. */
public final class Neighbours {
  // linux/rtnetlink.h
  private static final int RTM_NEWNEIGH = 28;
  private static final int RTM_DELNEIGH = 29;
  private static final int RTM_GETNEIGH = 30;
  private static final int NDA_IFINDEX = 8; // linux/neighbour.h

  private Neighbours() {}

  /** Adds an entry or replaces the one of that address. */
  public static Request replace(Neighbour neighbour) {
    return Request.of(
        "set neighbour " + neighbour.address().getHostAddress() + " of link " + neighbour.link(),
        RTM_NEWNEIGH,
        Request.NLM_F_CREATE | Request.NLM_F_REPLACE,
        payload(neighbour));
  }

  /** Deletes an entry; ENOENT when there is none. */
  public static Request delete(Neighbour neighbour) {
    return Request.of(
        "delete neighbour " + neighbour.address().getHostAddress() + " of link " + neighbour.link(),
        RTM_DELNEIGH,
        0,
        payload(neighbour));
  }

  /** Asks for the entries of one link. */
  static Request list(int link) {
    Payload payload = header(0, 0, 0).u32(NDA_IFINDEX, link);
    return Request.dump("list neighbours of link " + link, RTM_GETNEIGH, payload);
  }

  private static Payload payload(Neighbour neighbour) {
    Payload payload =
        header(RouteCodec.family(neighbour.address()), neighbour.link(), neighbour.state());
    payload.bytes(Neighbour.NDA_DST, neighbour.address().getAddress());
    neighbour.mac().ifPresent(mac -> payload.bytes(Neighbour.NDA_LLADDR, mac.bytes()));
    return payload;
  }

  private static Payload header(int family, int link, int state) {
    ByteBuffer struct = ByteBuffer.allocate(12).order(ByteOrder.nativeOrder());
    struct.put((byte) family).put((byte) 0).putShort((short) 0).putInt(link);
    struct.putShort((short) state).put((byte) 0).put((byte) 0);
    return new Payload().struct(struct.array());
  }
}

package dev.patchbay.linux.rtnetlink;

import dev.patchbay.linux.netlink.Attributes;
import dev.patchbay.linux.netlink.MalformedNetlinkException;
import dev.patchbay.linux.netlink.NetlinkMessage;
import dev.patchbay.linux.netlink.Payload;
import dev.patchbay.linux.netlink.Request;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Requests about what happens to frames as they come in by a link (tc(8): the ingress qdisc and u32
 * filters in it, of which the lowest priority number counts first); pure values, to be sent by a
 * {@link RouteSocket}.
 */
public final class IngressFilters {
  // linux/rtnetlink.h
  private static final int RTM_NEWQDISC = 36;
  private static final int RTM_DELQDISC = 37;
  private static final int RTM_GETQDISC = 38;
  private static final int RTM_NEWTFILTER = 44;
  private static final int RTM_GETTFILTER = 46;
  private static final int HEADER = 20; // struct tcmsg
  private static final int TCA_KIND = 1;
  private static final int TCA_OPTIONS = 2;
  private static final int TC_H_INGRESS = 0xfffffff1; // linux/pkt_sched.h, as parent
  private static final int INGRESS = 0xffff0000; // the handle that goes with it
  // linux/pkt_cls.h
  private static final int TCA_U32_CLASSID = 1;
  private static final int TCA_U32_SEL = 5;
  private static final int TCA_U32_ACT = 7;
  private static final int TC_U32_TERMINAL = 1;
  private static final int TC_ACT_STOLEN = 4;
  private static final int TCA_ACT_KIND = 1;
  private static final int TCA_ACT_OPTIONS = 2;
  private static final int FIRST_ACTION = 1;
  private static final int SOME_CLASS = 0x00010001; // what matches has to have one
  // linux/tc_act/tc_mirred.h
  private static final int TCA_MIRRED_PARMS = 2;
  private static final int TCA_EGRESS_REDIR = 1;
  private static final int MIRRED_SIZE = 28;
  private static final int MIRRED_ACTION = 8;
  private static final int MIRRED_EACTION = 20;
  private static final int MIRRED_IFINDEX = 24;

  private IngressFilters() {}

  /** Lets a link have filters; EEXIST when it has some already. */
  public static Request enable(int link) {
    Payload payload = header(link, INGRESS, TC_H_INGRESS, 0).string(TCA_KIND, "ingress");
    return Request.of(
        "add ingress qdisc to link " + link,
        RTM_NEWQDISC,
        Request.NLM_F_CREATE | Request.NLM_F_EXCL,
        payload);
  }

  /** Takes all filters of a link away; EINVAL or ENOENT when it has none, ENODEV without link. */
  public static Request disable(int link) {
    return Request.of(
        "delete ingress qdisc of link " + link,
        RTM_DELQDISC,
        0,
        header(link, INGRESS, TC_H_INGRESS, 0));
  }

  /** What chooses frames goes up to the namespace's own stack and nowhere else. */
  public static Request pass(int link, int priority, FrameMatch match) {
    return filter("let " + match + " of link " + link + " pass", link, priority, match, 0);
  }

  /** Sends chosen frames out by another link, and nowhere else. */
  public static Request redirect(int link, int priority, FrameMatch match, int to) {
    String what = "redirect " + match + " of link " + link + " to link " + to;
    return filter(what, link, priority, match, to);
  }

  private static Request filter(String what, int link, int priority, FrameMatch match, int to) {
    int wireProtocol = Short.toUnsignedInt(Short.reverseBytes((short) match.protocol()));
    boolean little = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    int choice = priority << 16 | (little ? wireProtocol : match.protocol());
    Payload payload =
        header(link, 0, INGRESS, choice)
            .string(TCA_KIND, "u32")
            .nest(TCA_OPTIONS, options -> options(options, match, to));
    return Request.of(what, RTM_NEWTFILTER, Request.NLM_F_CREATE | Request.NLM_F_EXCL, payload);
  }

  private static void options(Payload options, FrameMatch match, int to) {
    options.u32(TCA_U32_CLASSID, SOME_CLASS).bytes(TCA_U32_SEL, selector(match));
    if (to != 0) {
      options.nest(
          TCA_U32_ACT,
          actions ->
              actions.nest(
                  FIRST_ACTION,
                  action ->
                      action
                          .string(TCA_ACT_KIND, "mirred")
                          .nest(
                              TCA_ACT_OPTIONS,
                              mirred -> mirred.bytes(TCA_MIRRED_PARMS, mirred(to)))));
    }
  }

  /** struct tc_u32_sel with its keys; masks and values are in network byte order. */
  private static byte[] selector(FrameMatch match) {
    int keys = match.words().size();
    ByteBuffer struct = ByteBuffer.allocate(16 + 16 * keys).order(ByteOrder.nativeOrder());
    struct.put((byte) TC_U32_TERMINAL).put((byte) 0).put((byte) keys).position(16);
    for (FrameMatch.Word word : match.words()) {
      struct.order(ByteOrder.BIG_ENDIAN).putInt(word.mask()).putInt(word.value());
      struct.order(ByteOrder.nativeOrder()).putInt(word.offset()).putInt(0);
    }
    return struct.array();
  }

  private static byte[] mirred(int to) {
    ByteBuffer struct = ByteBuffer.allocate(MIRRED_SIZE).order(ByteOrder.nativeOrder());
    struct.putInt(MIRRED_ACTION, TC_ACT_STOLEN).putInt(MIRRED_EACTION, TCA_EGRESS_REDIR);
    return struct.putInt(MIRRED_IFINDEX, to).array();
  }

  /** Asks for the qdiscs of all links. */
  static Request listQdiscs() {
    return Request.dump("list qdiscs", RTM_GETQDISC, header(0, 0, 0, 0));
  }

  /** The link that the message shows to have an ingress qdisc; empty for other qdiscs. */
  static OptionalInt enabled(NetlinkMessage message) throws MalformedNetlinkException {
    boolean ingress =
        Attributes.after(message, HEADER)
            .string(TCA_KIND)
            .filter(kind -> kind.equals("ingress") || kind.equals("clsact"))
            .isPresent();
    return ingress ? OptionalInt.of(message.payload().getInt(4)) : OptionalInt.empty();
  }

  /** Asks for the filters of a link. */
  static Request list(int link) {
    return Request.dump(
        "list filters of link " + link, RTM_GETTFILTER, header(link, 0, INGRESS, 0));
  }

  /** Where a filter sends frames; empty for one that redirects nothing. */
  static OptionalInt target(NetlinkMessage message) throws MalformedNetlinkException {
    Attributes action =
        Attributes.after(message, HEADER)
            .nested(TCA_OPTIONS)
            .nested(TCA_U32_ACT)
            .nested(FIRST_ACTION);
    Optional<ByteBuffer> mirred =
        action.nested(TCA_ACT_OPTIONS).value(TCA_MIRRED_PARMS).filter(IngressFilters::redirects);
    return mirred.isPresent()
        ? OptionalInt.of(mirred.get().getInt(MIRRED_IFINDEX))
        : OptionalInt.empty();
  }

  private static boolean redirects(ByteBuffer mirred) {
    return mirred.remaining() >= MIRRED_SIZE && mirred.getInt(MIRRED_EACTION) == TCA_EGRESS_REDIR;
  }

  /** struct tcmsg, linux/rtnetlink.h. */
  private static Payload header(int link, int handle, int parent, int choice) {
    ByteBuffer struct = ByteBuffer.allocate(HEADER).order(ByteOrder.nativeOrder());
    return new Payload()
        .struct(struct.putInt(0).putInt(link).putInt(handle).putInt(parent).putInt(choice).array());
  }
}

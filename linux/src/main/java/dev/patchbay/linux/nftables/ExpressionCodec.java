package dev.patchbay.linux.nftables;

import dev.patchbay.linux.netlink.Attributes;
import dev.patchbay.linux.netlink.MalformedNetlinkException;
import dev.patchbay.linux.netlink.Payload;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Consumer;

/** Expressions on the wire (linux/netfilter/nf_tables.h). */
final class ExpressionCodec {
  private static final int NFTA_LIST_ELEM = 1;
  private static final int NFTA_EXPR_NAME = 1;
  private static final int NFTA_EXPR_DATA = 2;
  private static final int NFTA_META_DREG = 1;
  private static final int NFTA_META_KEY = 2;
  private static final int NFTA_PAYLOAD_DREG = 1;
  private static final int NFTA_PAYLOAD_BASE = 2;
  private static final int NFTA_PAYLOAD_OFFSET = 3;
  private static final int NFTA_PAYLOAD_LEN = 4;
  private static final int NFTA_BITWISE_SREG = 1;
  private static final int NFTA_BITWISE_DREG = 2;
  private static final int NFTA_BITWISE_LEN = 3;
  private static final int NFTA_BITWISE_MASK = 4;
  private static final int NFTA_BITWISE_XOR = 5;
  private static final int NFTA_CMP_SREG = 1;
  private static final int NFTA_CMP_OP = 2;
  private static final int NFTA_CMP_DATA = 3;
  private static final int NFTA_DATA_VALUE = 1;
  private static final int NFTA_DATA_VERDICT = 2;
  private static final int NFTA_VERDICT_CODE = 1;
  private static final int NFTA_IMMEDIATE_DREG = 1;
  private static final int NFTA_IMMEDIATE_DATA = 2;
  private static final int NFT_REG_VERDICT = 0;
  private static final int NF_DROP = 0; // linux/netfilter.h
  private static final int NF_ACCEPT = 1;
  private static final int NFT_REG_1 = 1;
  private static final int NFT_META_NFPROTO = 15;
  private static final int NFT_CMP_EQ = 0;
  private static final int NFT_CMP_NEQ = 1;

  private ExpressionCodec() {}

  /** Writes one as an element of a list of expressions. */
  static void write(Expression expression, Payload list) {
    switch (expression) {
      case Expression.LoadFamily() ->
          element(
              list,
              "meta",
              to -> to.be32(NFTA_META_DREG, NFT_REG_1).be32(NFTA_META_KEY, NFT_META_NFPROTO));
      case Expression.LoadMeta(var key) ->
          element(
              list, "meta", to -> to.be32(NFTA_META_DREG, NFT_REG_1).be32(NFTA_META_KEY, key.wire));
      case Expression.Verdict(boolean accept) ->
          element(
              list,
              "immediate",
              to ->
                  to.be32(NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT)
                      .nest(
                          NFTA_IMMEDIATE_DATA | Payload.NESTED,
                          data ->
                              data.nest(
                                  NFTA_DATA_VERDICT | Payload.NESTED,
                                  verdict ->
                                      verdict.be32(
                                          NFTA_VERDICT_CODE, accept ? NF_ACCEPT : NF_DROP))));
      case Expression.LoadPacket(var base, int offset, int length) ->
          element(
              list,
              "payload",
              to ->
                  to.be32(NFTA_PAYLOAD_DREG, NFT_REG_1)
                      .be32(NFTA_PAYLOAD_BASE, base.wire)
                      .be32(NFTA_PAYLOAD_OFFSET, offset)
                      .be32(NFTA_PAYLOAD_LEN, length));
      case Expression.Mask(var mask) ->
          element(
              list,
              "bitwise",
              to -> {
                to.be32(NFTA_BITWISE_SREG, NFT_REG_1)
                    .be32(NFTA_BITWISE_DREG, NFT_REG_1)
                    .be32(NFTA_BITWISE_LEN, mask.length() / 2);
                value(to, NFTA_BITWISE_MASK, mask);
                value(to, NFTA_BITWISE_XOR, "00".repeat(mask.length() / 2));
              });
      case Expression.Compare(boolean equal, var value) ->
          element(
              list,
              "cmp",
              to ->
                  value(
                      to.be32(NFTA_CMP_SREG, NFT_REG_1)
                          .be32(NFTA_CMP_OP, equal ? NFT_CMP_EQ : NFT_CMP_NEQ),
                      NFTA_CMP_DATA,
                      value));
      case Expression.Masquerade() -> element(list, "masq", _ -> {});
      case Expression.Foreign(var name) ->
          throw new IllegalStateException("expression \"" + name + "\" is not ours to write");
    }
  }

  private static void element(Payload list, String name, Consumer<Payload> content) {
    list.nest(
        NFTA_LIST_ELEM | Payload.NESTED,
        element ->
            element.string(NFTA_EXPR_NAME, name).nest(NFTA_EXPR_DATA | Payload.NESTED, content));
  }

  private static void value(Payload to, int type, String hex) {
    to.nest(
        type | Payload.NESTED, data -> data.bytes(NFTA_DATA_VALUE, HexFormat.of().parseHex(hex)));
  }

  /** Reads an element of a list of expressions; what we never write is Foreign. */
  static Expression parse(Attributes element) throws MalformedNetlinkException {
    String name = element.string(NFTA_EXPR_NAME).orElse("");
    Attributes data = element.nested(NFTA_EXPR_DATA);
    return switch (name) {
      case "meta" -> load(data);
      case "payload" -> loadPacket(data);
      case "bitwise" -> new Expression.Mask(hex(data, NFTA_BITWISE_MASK));
      case "cmp" -> compare(data);
      case "masq" -> new Expression.Masquerade();
      default -> new Expression.Foreign(name);
    };
  }

  private static Expression load(Attributes data) throws MalformedNetlinkException {
    return number(data, NFTA_META_KEY) == NFT_META_NFPROTO
        ? new Expression.LoadFamily()
        : new Expression.Foreign("meta");
  }

  private static Expression loadPacket(Attributes data) throws MalformedNetlinkException {
    int wire = number(data, NFTA_PAYLOAD_BASE);
    int offset = number(data, NFTA_PAYLOAD_OFFSET);
    int length = number(data, NFTA_PAYLOAD_LEN);
    return Arrays.stream(Expression.Base.values())
        .filter(base -> base.wire == wire)
        .<Expression>map(base -> new Expression.LoadPacket(base, offset, length))
        .findFirst()
        .orElseGet(() -> new Expression.Foreign("payload"));
  }

  private static Expression compare(Attributes data) throws MalformedNetlinkException {
    int operator = number(data, NFTA_CMP_OP);
    return operator == NFT_CMP_EQ || operator == NFT_CMP_NEQ
        ? new Expression.Compare(operator == NFT_CMP_EQ, hex(data, NFTA_CMP_DATA))
        : new Expression.Foreign("cmp");
  }

  /** A number in network byte order; -1 when it is missing. */
  private static int number(Attributes data, int type) throws MalformedNetlinkException {
    return Integer.reverseBytes(data.s32(type).orElse(-1));
  }

  private static String hex(Attributes data, int type) throws MalformedNetlinkException {
    return data.nested(type).bytes(NFTA_DATA_VALUE).map(HexFormat.of()::formatHex).orElse("");
  }
}

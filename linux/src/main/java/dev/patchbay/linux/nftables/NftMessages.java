package dev.patchbay.linux.nftables;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.linux.netlink.Payload;
import dev.patchbay.linux.netlink.Request;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The messages about our table, as values (linux/netfilter/nfnetlink.h and nf_tables.h). */
final class NftMessages {
  static final String TABLE = "patchbay";
  static final String CHAIN = "postrouting";

  /** struct nfgenmsg. */
  static final int HEADER = 4;

  static final int NFTA_GEN_ID = 1;
  private static final int NFTA_TABLE_NAME = 1;
  private static final int NFTA_TABLE_FLAGS = 2;
  private static final int NFTA_CHAIN_TABLE = 1;
  private static final int NFTA_CHAIN_NAME = 3;
  private static final int NFTA_CHAIN_HOOK = 4;
  private static final int NFTA_CHAIN_TYPE = 7;
  private static final int NFTA_HOOK_HOOKNUM = 1;
  private static final int NFTA_HOOK_PRIORITY = 2;
  private static final int NFTA_RULE_TABLE = 1;
  private static final int NFTA_RULE_CHAIN = 2;
  static final int NFTA_RULE_HANDLE = 3;
  static final int NFTA_RULE_EXPRESSIONS = 4;
  static final int NFTA_RULE_USERDATA = 7;
  private static final int NFNL_SUBSYS_NFTABLES = 10;
  private static final int NFNL_MSG_BATCH_BEGIN = 0x10;
  private static final int NFNL_MSG_BATCH_END = 0x11;
  private static final int NFNL_BATCH_GENID = 1;
  private static final int NFT_MSG_NEWTABLE = 0;
  private static final int NFT_MSG_DELTABLE = 2;
  private static final int NFT_MSG_NEWCHAIN = 3;
  private static final int NFT_MSG_NEWRULE = 6;
  private static final int NFT_MSG_GETRULE = 7;
  private static final int NFT_MSG_DELRULE = 8;
  private static final int NFT_MSG_GETGEN = 16;
  private static final int NFPROTO_UNSPEC = 0; // linux/netfilter.h
  private static final int NFPROTO_INET = 1;
  private static final int NF_INET_POST_ROUTING = 4;
  private static final int NF_IP_PRI_NAT_SRC = 100; // linux/netfilter_ipv4.h

  private NftMessages() {}

  private static Payload header(int family, int resource) {
    ByteBuffer nfgenmsg = ByteBuffer.allocate(HEADER);
    return new Payload()
        .struct(nfgenmsg.put((byte) family).put((byte) 0).putShort((short) resource).array());
  }

  private static Payload inChain() {
    return header(NFPROTO_INET, 0).string(NFTA_RULE_TABLE, TABLE).string(NFTA_RULE_CHAIN, CHAIN);
  }

  private static Request request(String what, int message, int flags, Payload payload) {
    return Request.of(what, NFNL_SUBSYS_NFTABLES << 8 | message, flags, payload);
  }

  /** Asks for the number of the ruleset, which every committed batch of anybody changes. */
  static Request generation() {
    return request("read the ruleset's number", NFT_MSG_GETGEN, 0, header(NFPROTO_UNSPEC, 0));
  }

  /**
   * Wraps changes into one transaction, which is refused (ERESTART) when the ruleset is no longer
   * the one of that number.
   */
  static List<Request> batch(long generation, List<Request> changes) {
    List<Request> all = new ArrayList<>();
    all.add(
        Request.unacknowledged(
            "begin a batch",
            NFNL_MSG_BATCH_BEGIN,
            0,
            header(NFPROTO_UNSPEC, NFNL_SUBSYS_NFTABLES).be32(NFNL_BATCH_GENID, generation)));
    all.addAll(changes);
    all.add(
        Request.unacknowledged(
            "end a batch", NFNL_MSG_BATCH_END, 0, header(NFPROTO_UNSPEC, NFNL_SUBSYS_NFTABLES)));
    return List.copyOf(all);
  }

  /** The table is there. */
  static Request ensureTable() {
    return request(
        "add table inet " + TABLE,
        NFT_MSG_NEWTABLE,
        Request.NLM_F_CREATE,
        header(NFPROTO_INET, 0).string(NFTA_TABLE_NAME, TABLE).be32(NFTA_TABLE_FLAGS, 0));
  }

  /** The chain for source address translation is there. */
  static Request ensureChain() {
    return request(
        "add chain inet " + TABLE + " " + CHAIN,
        NFT_MSG_NEWCHAIN,
        Request.NLM_F_CREATE,
        header(NFPROTO_INET, 0)
            .string(NFTA_CHAIN_TABLE, TABLE)
            .string(NFTA_CHAIN_NAME, CHAIN)
            .nest(
                NFTA_CHAIN_HOOK | Payload.NESTED,
                hook ->
                    hook.be32(NFTA_HOOK_HOOKNUM, NF_INET_POST_ROUTING)
                        .be32(NFTA_HOOK_PRIORITY, NF_IP_PRI_NAT_SRC))
            .string(NFTA_CHAIN_TYPE, "nat"));
  }

  /** One more rule at the end of the chain. */
  static Request addMasquerade(String network, Cidr subnet) {
    return request(
        "masquerade " + subnet + " of network \"" + network + "\"",
        NFT_MSG_NEWRULE,
        Request.NLM_F_CREATE | Request.NLM_F_APPEND,
        inChain()
            .nest(
                NFTA_RULE_EXPRESSIONS | Payload.NESTED,
                list ->
                    Masquerade.expressions(subnet)
                        .forEach(part -> ExpressionCodec.write(part, list)))
            .bytes(NFTA_RULE_USERDATA, Masquerade.userData(network)));
  }

  /** Asks for the rules of the chain; none when there is no such chain. */
  static Request rules() {
    return Request.dump(
        "list the rules of table inet " + TABLE,
        NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETRULE,
        inChain());
  }

  /** Deletes a rule by its handle. */
  static Request deleteRule(long handle) {
    byte[] number = ByteBuffer.allocate(Long.BYTES).putLong(handle).array();
    return request(
        "delete rule " + handle, NFT_MSG_DELRULE, 0, inChain().bytes(NFTA_RULE_HANDLE, number));
  }

  /** Deletes the table with all that is in it; ENOENT when there is none. */
  static Request deleteTable() {
    return request(
        "delete table inet " + TABLE,
        NFT_MSG_DELTABLE,
        0,
        header(NFPROTO_INET, 0).string(NFTA_TABLE_NAME, TABLE));
  }
}

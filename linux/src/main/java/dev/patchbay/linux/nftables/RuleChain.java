package dev.patchbay.linux.nftables;

import dev.patchbay.linux.libc.Errno;
import dev.patchbay.linux.libc.KernelException;
import dev.patchbay.linux.netlink.Answer;
import dev.patchbay.linux.netlink.NetlinkSocket;
import dev.patchbay.linux.netlink.Payload;
import dev.patchbay.linux.netlink.Request;
import dev.patchbay.linux.netns.NetnsHandle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A base chain that is ours alone, set and removed whole and by name, so that nobody has to read it
 * first. Its rules are evaluated in order; what none decides passes.
 *
 * @param table the table's name, which is made with its first chain
 * @param name the chain's name, up to 127 bytes
 * @param hook where it sees packets
 */
public record RuleChain(String table, String name, Hook hook) {
  /** Where a chain sees packets. */
  public sealed interface Hook {
    /**
     * Whatever comes in by a link, before anything else looks at it.
     *
     * @param device the link
     */
    record Ingress(String device) implements Hook {}

    /** What leaves and may have its source address translated. */
    record SourceNat() implements Hook {}

    /** What leaves, after translation. */
    record AfterSourceNat() implements Hook {}
  }

  // linux/netfilter/nf_tables.h, linux/netfilter.h
  private static final int NFTA_CHAIN_TABLE = 1;
  private static final int NFTA_CHAIN_NAME = 3;
  private static final int NFTA_CHAIN_HOOK = 4;
  private static final int NFTA_CHAIN_TYPE = 7;
  private static final int NFTA_HOOK_HOOKNUM = 1;
  private static final int NFTA_HOOK_PRIORITY = 2;
  private static final int NFTA_HOOK_DEV = 3;
  private static final int NFTA_TABLE_NAME = 1;
  private static final int NFTA_RULE_TABLE = 1;
  private static final int NFTA_RULE_CHAIN = 2;
  private static final int NFNL_SUBSYS_NFTABLES = 10;
  private static final int NFNL_MSG_BATCH_BEGIN = 0x10;
  private static final int NFNL_MSG_BATCH_END = 0x11;
  private static final int NFT_MSG_NEWTABLE = 0;
  private static final int NFT_MSG_NEWCHAIN = 3;
  private static final int NFT_MSG_DELCHAIN = 5;
  private static final int NFT_MSG_NEWRULE = 6;
  private static final int NFT_MSG_DELRULE = 8;
  private static final int NFPROTO_INET = 1;
  private static final int NFPROTO_NETDEV = 5;
  private static final int NF_INET_POST_ROUTING = 4;
  private static final int NF_NETDEV_INGRESS = 0;
  private static final int SRC_NAT = 100; // linux/netfilter_ipv4.h, NF_IP_PRI_NAT_SRC
  private static final int AFTER = 50;

  /** The chain has exactly these rules from now on, in one transaction. */
  void set(NetnsHandle netns, List<List<Expression>> rules) throws IOException {
    List<Request> changes = new ArrayList<>();
    changes.add(
        request(
            "add table " + table,
            NFT_MSG_NEWTABLE,
            Request.NLM_F_CREATE,
            header().string(NFTA_TABLE_NAME, table)));
    changes.add(request("add chain " + name, NFT_MSG_NEWCHAIN, Request.NLM_F_CREATE, chain()));
    changes.add(flush());
    for (List<Expression> rule : rules) {
      changes.add(
          request(
              "add a rule to chain " + name,
              NFT_MSG_NEWRULE,
              Request.NLM_F_CREATE | Request.NLM_F_APPEND,
              header()
                  .string(NFTA_RULE_TABLE, table)
                  .string(NFTA_RULE_CHAIN, name)
                  .nest(
                      NftMessages.NFTA_RULE_EXPRESSIONS | Payload.NESTED,
                      list -> rule.forEach(part -> ExpressionCodec.write(part, list)))));
    }
    Optional<KernelException> refusal = commit(netns, changes);
    if (refusal.isPresent()) {
      throw refusal.get();
    }
  }

  /** The chain is gone; an absent one is. */
  void remove(NetnsHandle netns) throws IOException {
    Payload which = header().string(NFTA_CHAIN_TABLE, table).string(NFTA_CHAIN_NAME, name);
    Request delete = request("delete chain " + name, NFT_MSG_DELCHAIN, 0, which);
    Optional<KernelException> refusal = commit(netns, List.of(flush(), delete));
    if (refusal.isPresent() && !refusal.get().errno().equals(Errno.ENOENT)) {
      throw refusal.get();
    }
  }

  private Optional<KernelException> commit(NetnsHandle netns, List<Request> changes)
      throws IOException {
    List<Request> batch = new ArrayList<>();
    batch.add(marker("begin a batch", NFNL_MSG_BATCH_BEGIN));
    batch.addAll(changes);
    batch.add(marker("end a batch", NFNL_MSG_BATCH_END));
    try (NetlinkSocket socket =
        netns.visit(() -> NetlinkSocket.open(NetlinkSocket.NETLINK_NETFILTER))) {
      List<Answer> answers = socket.send(batch);
      for (int i = 0; i < batch.size(); i++) {
        if (answers.get(i) instanceof Answer.Refused(var errno, var extAck, _)) {
          return Optional.of(new KernelException(batch.get(i).what(), errno, extAck.orElse("")));
        }
      }
      return Optional.empty();
    }
  }

  private Payload chain() {
    Payload chain = header().string(NFTA_CHAIN_TABLE, table).string(NFTA_CHAIN_NAME, name);
    return switch (hook) {
      case Hook.Ingress(var device) ->
          chain
              .nest(
                  NFTA_CHAIN_HOOK | Payload.NESTED,
                  to ->
                      to.be32(NFTA_HOOK_HOOKNUM, NF_NETDEV_INGRESS)
                          .be32(NFTA_HOOK_PRIORITY, 0)
                          .string(NFTA_HOOK_DEV, device))
              .string(NFTA_CHAIN_TYPE, "filter");
      case Hook.SourceNat() -> leaving(chain, SRC_NAT).string(NFTA_CHAIN_TYPE, "nat");
      case Hook.AfterSourceNat() ->
          leaving(chain, SRC_NAT + AFTER).string(NFTA_CHAIN_TYPE, "filter");
    };
  }

  private static Payload leaving(Payload chain, int priority) {
    return chain.nest(
        NFTA_CHAIN_HOOK | Payload.NESTED,
        to -> to.be32(NFTA_HOOK_HOOKNUM, NF_INET_POST_ROUTING).be32(NFTA_HOOK_PRIORITY, priority));
  }

  private Request flush() {
    return request(
        "flush chain " + name,
        NFT_MSG_DELRULE,
        0,
        header().string(NFTA_RULE_TABLE, table).string(NFTA_RULE_CHAIN, name));
  }

  private Payload header() {
    return generic(hook instanceof Hook.Ingress ? NFPROTO_NETDEV : NFPROTO_INET, 0);
  }

  /** struct nfgenmsg. */
  private static Payload generic(int family, int resource) {
    ByteBuffer struct = ByteBuffer.allocate(NftMessages.HEADER);
    return new Payload()
        .struct(struct.put((byte) family).put((byte) 0).putShort((short) resource).array());
  }

  private static Request marker(String what, int message) {
    return Request.unacknowledged(what, message, 0, generic(0, NFNL_SUBSYS_NFTABLES));
  }

  private static Request request(String what, int message, int flags, Payload payload) {
    return Request.of(what, NFNL_SUBSYS_NFTABLES << 8 | message, flags, payload);
  }
}

package dev.patchbay.linux.nftables;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.linux.libc.Errno;
import dev.patchbay.linux.libc.KernelException;
import dev.patchbay.linux.netlink.Answer;
import dev.patchbay.linux.netlink.Attributes;
import dev.patchbay.linux.netlink.MalformedNetlinkException;
import dev.patchbay.linux.netlink.NetlinkMessage;
import dev.patchbay.linux.netlink.NetlinkSocket;
import dev.patchbay.linux.netlink.Request;
import dev.patchbay.linux.netns.NetnsHandle;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Our table {@code inet patchbay} in one network namespace, usable from any thread.
 *
 * <p>Other agents, threads and people may change the ruleset at any time: what is decided from
 * reading it is committed only if it has not changed since, and otherwise decided again. Every
 * change is one transaction. It keeps the namespace alive: close it with the operation.
 */
public final class NftTable implements AutoCloseable {
  private static final Errno ERESTART = new Errno(85); // asm-generic/errno.h
  private static final Errno EPROTONOSUPPORT = new Errno(93);
  private static final int ATTEMPTS = 64;

  private final NetlinkSocket socket;

  /** Speaks through a socket of protocol NETLINK_NETFILTER, which is closed with it. */
  public NftTable(NetlinkSocket socket) {
    this.socket = socket;
  }

  /**
   * Opens one in the namespace; the handle may be closed afterwards.
   *
   * @throws NftablesMissingException when the kernel has no netfilter netlink
   */
  public static NftTable open(NetnsHandle netns) throws IOException {
    try {
      return new NftTable(netns.visit(() -> NetlinkSocket.open(NetlinkSocket.NETLINK_NETFILTER)));
    } catch (KernelException e) {
      if (e.errno().equals(EPROTONOSUPPORT)) {
        throw new NftablesMissingException("open nftables", e.errno(), "nfnetlink and nf_tables");
      }
      throw e;
    }
  }

  /**
   * The rule for the network's subnet is there; returns whether it had to be added. Table and chain
   * are made with the first rule.
   *
   * @throws NftablesMissingException when the kernel lacks nftables or masquerading
   * @throws KernelException when the kernel refused
   */
  public boolean ensureMasquerade(String network, Cidr subnet) throws IOException {
    Predicate<Masquerade> same = is(network).and(rule -> rule.subnet().equals(subnet.network()));
    if (masquerades().stream().anyMatch(same)) {
      return false;
    }
    return change(there ->
        there.stream().anyMatch(same)
            ? List.of()
            : List.of(
                NftMessages.ensureTable(),
                NftMessages.ensureChain(),
                NftMessages.addMasquerade(network, subnet.network())))
        > 0;
  }

  /** The rules of all networks, in their order; strangers' rules in our table are passed over. */
  public List<Masquerade> masquerades() throws IOException {
    Request request = NftMessages.rules();
    List<Masquerade> rules = new ArrayList<>();
    for (NetlinkMessage message : dumped(request)) {
      Masquerade.parse(Attributes.after(message, NftMessages.HEADER)).ifPresent(rules::add);
    }
    return List.copyOf(rules);
  }

  private List<NetlinkMessage> dumped(Request request) throws IOException {
    return switch (socket.dump(request)) {
      case Answer.Refused(var errno, _, _) when errno.equals(Errno.ENOENT) -> List.of();
      case Answer answer -> answered(request, answer);
    };
  }

  /** Removes the rules of all subnets of the network; returns how many there were. */
  public int removeMasquerade(String network) throws IOException {
    return remove(is(network));
  }

  /** Removes the rule of one subnet of the network; returns how many there were. */
  public int removeMasquerade(String network, Cidr subnet) throws IOException {
    return remove(is(network).and(rule -> rule.subnet().equals(subnet.network())));
  }

  private int remove(Predicate<Masquerade> which) throws IOException {
    return change(there ->
        there.stream().filter(which).map(rule -> NftMessages.deleteRule(rule.handle())).toList());
  }

  private static Predicate<Masquerade> is(String network) {
    String label = Masquerade.label(network);
    return rule -> rule.network().equals(label);
  }

  /** Removes the table with everything in it; nothing happens when there is none. */
  public void removeTable() throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      List<Request> batch = NftMessages.batch(generation(), List.of(NftMessages.deleteTable()));
      Optional<Refusal> refusal = refusal(batch, socket.send(batch));
      if (refusal.isEmpty() || refusal.get().why().errno().equals(Errno.ENOENT)) {
        return;
      }
      if (!refusal.get().why().errno().equals(ERESTART)) {
        throw refusal.get().toException();
      }
    }
    throw new KernelException(NftMessages.deleteTable().what(), ERESTART);
  }

  /** Decides from the rules that are there and commits that; returns the number of changes. */
  private int change(Function<List<Masquerade>, List<Request>> decision) throws IOException {
    List<Request> changes = List.of();
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      long generation = generation();
      changes = decision.apply(masquerades());
      if (changes.isEmpty()) {
        return 0;
      }
      List<Request> batch = NftMessages.batch(generation, changes);
      Optional<Refusal> refusal = refusal(batch, socket.send(batch));
      if (refusal.isEmpty()) {
        return changes.size();
      }
      if (!refusal.get().why().errno().equals(ERESTART)) {
        throw refusal.get().toException();
      }
    }
    throw new KernelException(
        changes.getFirst().what(), ERESTART, "the ruleset never stood still for long enough");
  }

  private long generation() throws IOException {
    Request request = NftMessages.generation();
    List<NetlinkMessage> replies = answered(request, socket.send(List.of(request)).getFirst());
    if (replies.isEmpty()) {
      throw new MalformedNetlinkException("the ruleset's number was asked for and not told");
    }
    Attributes told = Attributes.after(replies.getFirst(), NftMessages.HEADER);
    int number = told.s32(NftMessages.NFTA_GEN_ID).orElse(0);
    return Integer.toUnsignedLong(Integer.reverseBytes(number));
  }

  /** Without nf_tables the netfilter socket knows no such messages, and says EINVAL. */
  private static List<NetlinkMessage> answered(Request request, Answer answer) throws IOException {
    if (answer instanceof Answer.Refused(var errno, _, _)
        && (errno.equals(Errno.EINVAL) || errno.equals(Errno.EOPNOTSUPP))) {
      throw new NftablesMissingException(request.what(), errno, "nf_tables (CONFIG_NF_TABLES)");
    }
    return answer.orThrow(request.what());
  }

  /** One refused message undoes its whole batch, also those that were acknowledged. */
  private static Optional<Refusal> refusal(List<Request> batch, List<Answer> answers) {
    for (int i = 0; i < batch.size(); i++) {
      if (answers.get(i) instanceof Answer.Refused why) {
        return Optional.of(new Refusal(batch.get(i), why));
      }
    }
    return Optional.empty();
  }

  private record Refusal(Request request, Answer.Refused why) {
    /** ENOENT to what creates is a chain type or an expression that the kernel does not have. */
    IOException toException() {
      boolean missing =
          why.errno().equals(Errno.ENOENT)
              || why.errno().equals(Errno.EOPNOTSUPP)
              || why.errno().equals(new Errno(97));
      return missing
          ? new NftablesMissingException(
              request.what(), why.errno(), "nf_tables, its inet family, nft_chain_nat and nft_masq")
          : new KernelException(request.what(), why.errno(), why.extAck().orElse(""));
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}

package dev.patchbay.agent.reconcile;

import dev.patchbay.agent.journal.Journal;
import dev.patchbay.agent.journal.NicRecord;
import dev.patchbay.core.nic.NicState;
import dev.patchbay.core.nic.Owner;
import dev.patchbay.core.plan.Attachment;
import dev.patchbay.core.plan.Lease;
import dev.patchbay.core.plan.LeaseOp;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;

/**
 * Hands the addresses that an owner's NIC had before the boot to the same NIC of its next
 * incarnation, where the pool says sticky.
 */
public final class StickyLeases {
  private final Journal journal;
  private final NodeReconciler reconciler;

  /** Looks former leases up in the journal. */
  public StickyLeases(Journal journal, NodeReconciler reconciler) {
    this.journal = journal;
    this.reconciler = reconciler;
  }

  /**
   * The attachments, asking for the addresses that the same NICs of that owner had; those leases
   * are released for it.
   */
  public List<Attachment> inherit(Owner owner, List<Attachment> nics, Operation operation) {
    return nics.stream().map(nic -> inherit(owner, nic, operation)).toList();
  }

  private Attachment inherit(Owner owner, Attachment nic, Operation operation) {
    if (nic.chain().stream().noneMatch(StickyLeases::isSticky)) {
      return nic;
    }
    List<NicRecord> former =
        journal.ofNic(owner, nic.ifName()).stream()
            .filter(record ->
                record.state() == NicState.DETACHED
                    && record.planned().attachment().network().equals(nic.network()))
            .toList();
    List<InetAddress> addresses = former.stream().flatMap(StickyLeases::addresses).toList();
    if (addresses.isEmpty()
        || reconciler.detach(former, operation) instanceof NodeReconciler.Detached.Left) {
      return nic;
    }
    List<Attachment.Member> chain =
        nic.chain().stream().map(member -> asking(member, addresses)).toList();
    return new Attachment(
        nic.ifName(), nic.network(), nic.cniVersion(), nic.origin(), chain, nic.defaultRoute());
  }

  private static Stream<InetAddress> addresses(NicRecord record) {
    return record.bound().values().values().stream()
        .flatMap(value ->
            value instanceof Lease lease ? lease.addressing().ips().stream() : Stream.empty())
        .map(ip -> ip.address().address());
  }

  private static boolean isSticky(Attachment.Member member) {
    return member
            instanceof
            Attachment.Member.Native(_, Attachment.Ipam.HostLocal(LeaseOp.Pool pool, _), _, _)
        && pool.sticky();
  }

  private static Attachment.Member asking(Attachment.Member member, List<InetAddress> addresses) {
    return member
                instanceof
                Attachment.Member.Native(
                    var kind,
                    Attachment.Ipam.HostLocal(var pool, var requested),
                    var mac,
                    var dns)
            && requested.isEmpty()
        ? new Attachment.Member.Native(
            kind, new Attachment.Ipam.HostLocal(pool, addresses), mac, dns)
        : member;
  }
}

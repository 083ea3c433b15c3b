package dev.patchbay.agent.vpc;

import dev.patchbay.agent.journal.Journal;
import dev.patchbay.agent.journal.NicRecord;
import dev.patchbay.agent.reconcile.ContainerLocks;
import dev.patchbay.agent.reconcile.NodeReconciler;
import dev.patchbay.agent.reconcile.Operation;
import dev.patchbay.core.nic.NicKind;
import dev.patchbay.core.nic.NicState;
import dev.patchbay.core.plan.Attachment;
import dev.patchbay.core.plan.PortOp;
import dev.patchbay.linux.netns.NetnsKeeper;
import dev.patchbay.vpc.Key;
import dev.patchbay.vpc.StoreAwayException;
import dev.patchbay.vpc.VpcProvider;
import dev.patchbay.vpc.VpcSettings;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of VPCs' things that nobody wants any more: ports of owners that do not come back,
 * and namespaces of VPCs without a NIC on this node.
 *
 * @param journal who has what
 * @param reconciler gives ports back
 * @param locks one operation per container
 * @param vpcs knows which owners are still there
 * @param routers the namespaces of VPCs, listed without {@link VpcSettings#ROUTER_PREFIX}
 */
public record VpcChores(
    Journal journal,
    NodeReconciler reconciler,
    ContainerLocks locks,
    VpcProvider vpcs,
    NetnsKeeper routers) {
  private static final Logger LOG = LoggerFactory.getLogger(VpcChores.class);

  /** Does all of it once; what cannot be done now is left for the next time. */
  public void run() {
    try {
      journal.all().stream().filter(nic -> nic.state() == NicState.DETACHED).forEach(this::part);
      List<Key> released = vpcs.releaseOrphans();
      if (!released.isEmpty()) {
        LOG.info("Patchbay: ports {} are released: nobody wants them any more", released);
      }
    } catch (StoreAwayException e) {
      LOG.debug("Patchbay: ports stay as they are for now: {}", e.getMessage());
    }
    try {
      sweepRouters();
    } catch (IOException e) {
      LOG.warn("Patchbay: a VPC's namespace cannot be removed: {}", e.toString());
    }
  }

  /** A port that has waited for its owner since an earlier boot. */
  private void part(NicRecord nic) {
    Optional<PortOp.Claim> claim = nic.port();
    if (claim.isPresent() && !vpcs.isWanted(claim.get().holder())) {
      try (var _ = locks.hold(nic.key().incarnation())) {
        var _ = reconciler.detach(List.of(nic), Operation.unattended("release"));
      }
    }
  }

  /** Removes the namespaces to which no NIC of the journal belongs; returns their names. */
  public List<String> sweepRouters() throws IOException {
    Lock alone = reconciler.routersLock();
    alone.lock();
    try {
      Set<String> used =
          journal.all().stream()
              .filter(nic -> nic.state() != NicState.DETACHED)
              .flatMap(VpcChores::router)
              .collect(Collectors.toSet());
      List<String> unused =
          routers.listed().stream()
              .filter(name ->
                  used.stream().noneMatch(path -> path.endsWith(VpcSettings.ROUTER_PREFIX + name)))
              .toList();
      for (String name : unused) {
        routers.delete(name);
        LOG.info("Patchbay: VPC namespace {} is removed: no NIC is in it", name);
      }
      return unused;
    } finally {
      alone.unlock();
    }
  }

  private static Stream<String> router(NicRecord nic) {
    return nic.planned().attachment().chain().getFirst()
            instanceof Attachment.Member.Native(NicKind.VpcPort kind, _, _, _)
        ? Stream.of(kind.router().path())
        : Stream.empty();
  }
}

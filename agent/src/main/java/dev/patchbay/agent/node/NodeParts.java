package dev.patchbay.agent.node;

import dev.patchbay.agent.journal.Journal;
import dev.patchbay.agent.reconcile.ContainerLocks;
import dev.patchbay.agent.reconcile.NodeReconciler;
import dev.patchbay.agent.vm.GuestViews;
import dev.patchbay.agent.vm.Machines;
import dev.patchbay.agent.vpc.FinishedPods;
import dev.patchbay.linux.netns.NetnsKeeper;
import dev.patchbay.vm.image.Images;
import java.time.Clock;

/**
 * What the node works with: the real machine, or a fake one in tests.
 *
 * @param journal what was promised
 * @param reconciler plugs and unplugs
 * @param locks one operation per container, shared with the CNI server
 * @param namespaces for pods that have no runtime to make theirs
 * @param finished pods whose ports nobody waits for any more
 * @param machines that pods may be
 * @param images that machines boot
 * @param guests the guest's side of their NICs
 * @param clock for times in status and events
 */
public record NodeParts(
    Journal journal,
    NodeReconciler reconciler,
    ContainerLocks locks,
    NetnsKeeper namespaces,
    FinishedPods finished,
    Machines machines,
    Images images,
    GuestViews guests,
    Clock clock) {}

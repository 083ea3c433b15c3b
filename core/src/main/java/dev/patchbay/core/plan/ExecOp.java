package dev.patchbay.core.plan;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.Netns;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One call of a third-party CNI plugin. A failed ADD may have left something behind, so its DEL
 * belongs to its own rollback.
 */
public sealed interface ExecOp extends Op {
  /** What the plugin is called with. */
  DelegateCall call();

  /**
   * ADD of a plugin that makes or changes a NIC.
   *
   * @param call the call
   * @param prior the chain's result so far
   * @param result its answer
   */
  record Add(DelegateCall call, Prior prior, Ref<DelegateResult> result) implements ExecOp {}

  /**
   * ADD of an IPAM plugin for a NIC that we make.
   *
   * @param call the call
   * @param lease the addresses it gave
   */
  record Allocate(DelegateCall call, Ref<Lease> lease) implements ExecOp {}

  /**
   * CHECK.
   *
   * @param call the call
   * @param prior the chain's last result
   */
  record Check(DelegateCall call, Prior prior) implements ExecOp {}

  /**
   * DEL.
   *
   * @param call the call
   * @param prior the chain's last result, handed to every plugin of it
   */
  record Del(DelegateCall call, Prior prior) implements ExecOp {}

  /**
   * What a plugin is called with, but for the caller's environment.
   *
   * @param type the plugin's name
   * @param conf its configuration as JSON, complete but for prevResult
   * @param containerId CNI_CONTAINERID
   * @param netns CNI_NETNS
   * @param ifName CNI_IFNAME
   * @param args CNI_ARGS, as the caller gave them
   * @param path folders to search, best first
   */
  record DelegateCall(
      String type,
      String conf,
      String containerId,
      Netns netns,
      IfName ifName,
      String args,
      List<String> path) {
    /** Copies the list. */
    public DelegateCall {
      path = List.copyOf(path);
    }

    /** The same call when the boot that made its namespace is over. */
    public DelegateCall ofEarlierBoot() {
      return new DelegateCall(type, conf, containerId, netns.ofEarlierBoot(), ifName, args, path);
    }
  }

  /**
   * The result of the plugins before.
   *
   * @param delegate what the last exec'd plugin answered
   * @param outline what our own kinds have made
   * @param tuned links changed since the delegate answered
   */
  record Prior(
      Optional<Ref<DelegateResult>> delegate, Optional<NicOutline> outline, List<Ref<Link>> tuned) {
    /** First of its chain. */
    public static final Prior NONE = new Prior(Optional.empty(), Optional.empty(), List.of());

    /** Copies the list. */
    public Prior {
      tuned = List.copyOf(tuned);
    }

    /** After a plugin answered. */
    public static Prior of(Ref<DelegateResult> result) {
      return new Prior(Optional.of(result), Optional.empty(), List.of());
    }

    /** After one of our own kinds. */
    public static Prior of(NicOutline outline) {
      return new Prior(Optional.empty(), Optional.of(outline), List.of());
    }

    /** After the pod's link has been changed. */
    public Prior tuned(Ref<Link> changed) {
      List<Ref<Link>> all = new ArrayList<>(tuned);
      if (delegate.isPresent()) {
        all.add(changed);
      }
      return new Prior(delegate, outline.map(made -> made.withPod(changed)), all);
    }
  }
}

package dev.patchbay.core.plan;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.NicKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Decides where each NIC gets plugged: attachments and what the host has, in; a plan, out. */
public final class AttachPlanner {
  private AttachPlanner() {}

  /** What planning comes to. */
  public sealed interface Planning {
    /**
     * A plan.
     *
     * @param nics one per attachment, in order
     * @param afterwards what concerns them all together
     */
    record Ready(List<PlannedNic> nics, Plan afterwards) implements Planning {
      /** Copies the list. */
      public Ready {
        nics = List.copyOf(nics);
      }

      /**
       * All of it: the NICs in order, since CNI wants plugins of one container one after another,
       * then what concerns them all.
       */
      public Plan whole() {
        List<Plan> parts = new ArrayList<>();
        nics.forEach(nic -> parts.add(nic.plan()));
        if (!afterwards.isEmpty()) {
          parts.add(afterwards);
        }
        return new Plan.Sequence(parts);
      }
    }

    /**
     * It cannot be done on this host.
     *
     * @param attachment the one that cannot
     * @param why the reason
     */
    record Refused(Attachment attachment, AttachFailure why) implements Planning {}
  }

  /**
   * Plans the NICs of one pod.
   *
   * @param sandbox where they go
   * @param wanted in the order they were asked for
   * @param primary the one whose default route counts, if several come together or it is there
   *     already
   * @param host what the host has of what they mention
   */
  public static Planning plan(
      Sandbox sandbox, List<Attachment> wanted, Optional<IfName> primary, HostView host) {
    Set<IfName> names = new HashSet<>();
    List<PlannedNic> nics = new ArrayList<>();
    HostView seen = host;
    for (Attachment asked : wanted) {
      Attachment attachment = settled(asked, primary);
      if (!names.add(attachment.ifName())) {
        return new Planning.Refused(
            attachment, new AttachFailure.LinkExists(attachment.ifName(), "this very request"));
      }
      Optional<AttachFailure> refusal = refuse(attachment, seen);
      if (refusal.isPresent()) {
        return new Planning.Refused(attachment, refusal.get());
      }
      nics.add(planOne(new NicDraft(sandbox, attachment, seen)));
      seen = after(attachment, seen);
    }
    return new Planning.Ready(nics, afterwards(sandbox, wanted, primary));
  }

  /** A VPC's NIC that says no more of its default route has one only as the primary NIC. */
  private static Attachment settled(Attachment nic, Optional<IfName> primary) {
    return primary.equals(Optional.of(nic.ifName())) ? nic : nic.withoutPlainDefaultRoute();
  }

  /** A later NIC may be a slice of a bridge that an earlier one of the same request makes. */
  private static HostView after(Attachment attachment, HostView host) {
    HostView seen = host;
    for (Attachment.Member member : attachment.chain()) {
      if (member instanceof Attachment.Member.Native(NicKind.Bridge bridge, _, _, _)) {
        seen = seen.with(bridge.bridge(), bridge.mtu());
      }
    }
    return seen;
  }

  private static Plan afterwards(
      Sandbox sandbox, List<Attachment> wanted, Optional<IfName> primary) {
    List<Plan> steps = new ArrayList<>();
    Optional<Attachment> asked =
        wanted.stream().filter(nic -> !nic.defaultRoute().isEmpty()).findFirst();
    asked.ifPresent(nic ->
        steps.add(
            Step.of(
                new LinkOp.AddDefaultRoute(sandbox.netns(), nic.ifName(), nic.defaultRoute()),
                "the pod's owner wants it there")));
    boolean joins =
        primary
            .filter(name -> wanted.stream().noneMatch(nic -> nic.ifName().equals(name)))
            .isPresent();
    if ((wanted.size() > 1 || joins) && !wanted.stream().allMatch(Attachment::isVpcPort)) {
      asked
          .map(Attachment::ifName)
          .or(() -> primary)
          .ifPresent(keep ->
              steps.add(
                  Step.of(
                      new LinkOp.KeepDefaultRoute(sandbox.netns(), keep),
                      "one default route, that of the primary NIC")));
    }
    return steps.isEmpty() ? Plan.nothing() : new Plan.Sequence(steps);
  }

  private static Optional<AttachFailure> refuse(Attachment attachment, HostView host) {
    for (Attachment.Member member : attachment.chain()) {
      if (member instanceof Attachment.Member.Native(NicKind.Macvlan kind, _, _, _)) {
        Optional<AttachFailure> why = MacvlanPlan.refuse(kind, host);
        if (why.isPresent()) {
          return why;
        }
      }
    }
    return Optional.empty();
  }

  private static PlannedNic planOne(NicDraft draft) {
    ExecOp.Prior prior = ExecOp.Prior.NONE;
    List<ExecOp.DelegateCall> calls = new ArrayList<>();
    int position = 0;
    for (Attachment.Member member : draft.attachment().chain()) {
      prior =
          switch (member) {
            case Attachment.Member.Native made -> ExecOp.Prior.of(link(made, draft));
            case Attachment.Member.Tuning(var settings) -> tune(settings, prior, position, draft);
            case Attachment.Member.Exec(var type, var conf) -> {
              var call = draft.call(type, conf);
              calls.add(call);
              Ref<DelegateResult> result = draft.ref("result" + position);
              draft.add(
                  new ExecOp.Add(call, prior, result),
                  "plugin " + type + " of network " + draft.attachment().network());
              yield ExecOp.Prior.of(result);
            }
          };
      position++;
    }
    draft.guest().ifPresent(guest -> GuestPlan.draft(guest, draft));
    ExecOp.Prior last = prior;
    List<ExecOp.Check> checks = calls.stream().map(call -> new ExecOp.Check(call, last)).toList();
    return new PlannedNic(draft.attachment(), draft.plan(last), last, checks);
  }

  private static ExecOp.Prior tune(
      LinkSettings settings, ExecOp.Prior prior, int position, NicDraft draft) {
    Ref<TunedSettings> before = draft.ref("untuned" + position);
    Ref<Link> after = draft.ref("tuned" + position);
    IfName ifName = draft.attachment().ifName();
    draft.add(
        new LinkOp.Tune(draft.pod(), ifName, settings, before, after),
        new LinkOp.Untune(draft.pod(), ifName, before, formerly(settings, draft.host())),
        "settings that the network asks for");
    return prior.tuned(after);
  }

  private static LinkSettings formerly(LinkSettings settings, HostView host) {
    Map<String, String> sysctls = new HashMap<>(host.former().sysctls());
    sysctls.keySet().retainAll(settings.sysctl().keySet());
    return LinkSettings.ofSysctls(sysctls);
  }

  private static NicOutline link(Attachment.Member.Native member, NicDraft draft) {
    return switch (member.kind()) {
      case NicKind.Bridge kind -> BridgePlan.draft(kind, member, draft);
      case NicKind.Macvlan kind -> MacvlanPlan.draft(kind, member, draft);
      case NicKind.HostDevice kind -> HostDevicePlan.draft(kind, member, draft);
      case NicKind.Ptp kind -> PtpPlan.draft(kind, member, draft);
      case NicKind.Tap kind -> TapPlan.draft(kind, member, draft);
      case NicKind.VpcPort kind -> VpcPortPlan.draft(kind, member, draft);
      case NicKind.Loopback() -> LoopbackPlan.draft(draft);
    };
  }
}

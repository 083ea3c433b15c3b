package dev.patchbay.core.plan;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.nic.NicKind;
import java.util.List;
import java.util.Optional;

/** A slice of a parent link, made right in the pod. */
final class MacvlanPlan {
  private MacvlanPlan() {}

  /** Why it cannot be made on this host, if so. */
  static Optional<AttachFailure> refuse(NicKind.Macvlan kind, HostView host) {
    if (kind.parentInPod()) {
      return kind.parent().isPresent()
          ? Optional.empty()
          : Optional.of(
              new AttachFailure.InvalidField(
                  "master",
                  "",
                  "\"linkInContainer\" needs \"master\"",
                  "name the link in the container"));
    }
    Optional<IfName> parent = kind.parent().or(host::defaultLink);
    if (parent.isEmpty()) {
      return Optional.of(
          new AttachFailure.InvalidField(
              "master",
              "",
              "no \"master\", and the host has no default route to take it from",
              "name the parent link"));
    }
    HostView.HostLink link = host.links().get(parent.get());
    if (link == null) {
      return Optional.of(new AttachFailure.ParentMissing(parent.get(), host.present()));
    }
    if (kind.mtu().isPresent() && kind.mtu().getAsInt() > link.mtu()) {
      return Optional.of(
          new AttachFailure.InvalidField(
              "mtu",
              String.valueOf(kind.mtu().getAsInt()),
              "\"mtu\" "
                  + kind.mtu().getAsInt()
                  + " is more than the "
                  + link.mtu()
                  + " of parent \""
                  + parent.get()
                  + "\"",
              "ask for at most " + link.mtu()));
    }
    return Optional.empty();
  }

  static NicOutline draft(NicKind.Macvlan kind, Attachment.Member.Native member, NicDraft draft) {
    Optional<AddressUse> addresses =
        draft
            .leaseBeforeLink(member.ipam())
            .map(lease -> new AddressUse(lease, false, false, member.dns()));
    IfName parent = kind.parent().or(draft.host()::defaultLink).orElseThrow();
    Ref<Link> made = draft.ref("pod");
    var mac = draft.macOf(member);
    draft.add(
        new LinkOp.AddMacvlan(
            kind.parentInPod() ? draft.pod() : Netns.HOST,
            parent,
            draft.pod(),
            draft.attachment().ifName(),
            kind.mode(),
            mac,
            kind.mtu(),
            kind.bcQueueLen(),
            made),
        new LinkOp.DeleteLink(draft.pod(), draft.attachment().ifName(), mac, made),
        "a slice of " + parent);
    draft.leaseAfterLink(member.ipam());
    draft.configure(addresses, LinkOp.RouteStyle.SUBNET);
    draft.announce(addresses);
    return new NicOutline(List.of(made), made, addresses);
  }
}

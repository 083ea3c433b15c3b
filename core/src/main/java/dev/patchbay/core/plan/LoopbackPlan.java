package dev.patchbay.core.plan;

import dev.patchbay.core.nic.IfName;
import java.util.List;
import java.util.Optional;

/** The pod's own loopback. */
final class LoopbackPlan {
  private LoopbackPlan() {}

  static NicOutline draft(NicDraft draft) {
    Ref<Link> loopback = draft.ref("pod");
    Ref<Lease> addresses = draft.ref("lease");
    draft.add(
        new LinkOp.SetLoopbackUp(draft.pod(), loopback, addresses),
        new LinkOp.SetDown(draft.pod(), new IfName("lo")),
        "programs expect 127.0.0.1");
    return new NicOutline(List.of(loopback), loopback, Optional.of(AddressUse.plain(addresses)));
  }
}

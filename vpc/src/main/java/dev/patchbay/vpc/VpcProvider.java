package dev.patchbay.vpc;

import dev.patchbay.core.nic.NicKind;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.Attachment;
import dev.patchbay.core.plan.Performers;
import dev.patchbay.core.plan.PortOp;
import java.util.List;

/** Whoever keeps VPCs and ports: ours, or OpenStack's. Any thread may call. */
public interface VpcProvider extends Performers.Ports {
  /** Looks up what a NIC asks for; changes nothing. */
  Resolution resolve(PortRequest request);

  /**
   * Whether the NIC's owner is still there and asks for it. May throw {@link StoreAwayException}.
   */
  boolean isWanted(PortOp.Holder holder);

  /**
   * Takes away the ports that were made for NICs of this node which nobody wants any more; returns
   * which. May throw {@link StoreAwayException}.
   */
  List<Key> releaseOrphans();

  /** What looking up came to. */
  sealed interface Resolution {
    /**
     * It can be planned.
     *
     * @param kind how the NIC is connected
     * @param port which port it gets
     */
    record Found(NicKind.VpcPort kind, Attachment.Ipam.Port port) implements Resolution {}

    /**
     * It cannot be.
     *
     * @param why the reason
     */
    record Refused(AttachFailure why) implements Resolution {}
  }
}

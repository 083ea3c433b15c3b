package dev.patchbay.agent.journal;

import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.nic.NicKind;
import dev.patchbay.core.nic.NicState;
import dev.patchbay.core.plan.Attachment;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.HandedOver;
import dev.patchbay.core.plan.PlannedNic;
import dev.patchbay.core.plan.PortOp;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One NIC as the journal knows it.
 *
 * @param key which
 * @param caller who asked for it
 * @param position its place in the request that brought it, which is the order of ADD
 * @param netns the pod's namespace, with its cookie
 * @param planned the intent: what was asked for and the whole plan
 * @param bound what the plan's ops yielded, as far as known
 * @param state where it stands
 * @param bootId the boot in which it was made
 * @param since when it came to this state
 * @param trouble why it is not attached, or could not be taken away
 */
public record NicRecord(
    NicKey key,
    Caller caller,
    int position,
    Netns netns,
    PlannedNic planned,
    Bindings bound,
    NicState state,
    String bootId,
    Instant since,
    Optional<String> trouble) {

  /** The same NIC in another state. */
  public NicRecord in(NicState next, Bindings nowBound, Instant now, Optional<String> why) {
    return new NicRecord(key, caller, position, netns, planned, nowBound, next, bootId, now, why);
  }

  /** The port of a VPC that it has, or is to have; empty for other NICs. */
  public Optional<PortOp.Claim> port() {
    return planned
        .plan()
        .steps()
        .flatMap(step -> step.op() instanceof PortOp.BindPort bind ? Stream.of(bind) : Stream.of())
        .map(PortOp.BindPort::claim)
        .findFirst();
  }

  /** Where it goes on in a virtual machine; empty for a container's NIC. */
  public Optional<GuestEnd> guestEnd() {
    return GuestEnd.of(planned);
  }

  /** Its address and MTU as its machine is to have them; empty until it was handed over. */
  public Optional<HandedOver> handedOver() {
    return guestEnd().flatMap(end -> bound.handedOver(end.handed()));
  }

  /** Whether it was plugged by hand, not by a runtime's ADD. */
  public boolean isPlugged() {
    return caller.ifName().isEmpty();
  }

  /**
   * Whether it is the pod's loopback: set up on request, but nothing that anybody asked a network
   * for.
   */
  public boolean isLoopback() {
    return planned.attachment().chain().getFirst()
        instanceof Attachment.Member.Native(NicKind.Loopback(), _, _, _);
  }
}

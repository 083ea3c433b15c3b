package dev.patchbay.core.plan;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.Netns;
import java.time.Duration;

/**
 * Waits until something is so.
 *
 * @param until what is waited for
 * @param atMost how long; zero to look once
 * @param late what the plan comes to when the time is up
 */
public record AwaitOp(Condition until, Duration atMost, Late late) implements Op {
  /** What running out of time means. */
  public enum Late {
    /** The step fails and the plan is rolled back. */
    FAILS,
    /** The plan stops here and is resumed when the condition comes true. */
    SUSPENDS,
    /** The plan goes on: what follows is right either way. */
    PROCEEDS
  }

  /** What can be waited for. */
  public sealed interface Condition {
    /** The link has carrier. */
    record Carrier(Netns netns, IfName link) implements Condition {}

    /**
     * No address of the link is tentative any more (RFC 4862); an address found duplicate fails at
     * once.
     */
    record DadDone(Netns netns, IfName link) implements Condition {}

    /** A DHCP server has acknowledged an address, which is yielded. */
    record DhcpLease(Netns netns, IfName link, Ref<Lease> lease) implements Condition {}

    /** The guest has let go of a device (QMP event DEVICE_DELETED that names it). */
    record DeviceDeleted(String vm, String device) implements Condition {}
  }
}

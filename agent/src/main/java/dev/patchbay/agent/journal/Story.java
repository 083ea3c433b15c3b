package dev.patchbay.agent.journal;

import dev.patchbay.core.nic.Origin;
import java.time.Instant;
import java.util.List;

/**
 * What happened to a NIC once, for {@code patchbay why}.
 *
 * @param key which NIC
 * @param pod its pod as people write it; empty when unknown
 * @param at when
 * @param verb what was tried: add, del, plug, unplug, recover, gc
 * @param outcome attached, detached, rolled back, stuck
 * @param origin where the NIC was asked for
 * @param network its definition
 * @param steps what was done, in order
 * @param trouble what went wrong and what to do; empty when nothing
 */
public record Story(
    NicKey key,
    String pod,
    Instant at,
    String verb,
    String outcome,
    Origin origin,
    String network,
    List<Line> steps,
    String trouble) {
  /** Copies the list. */
  public Story {
    steps = List.copyOf(steps);
  }

  /**
   * One step.
   *
   * @param what the op, in words
   * @param why its reason
   * @param micros how long it took, microseconds
   * @param failure the failure; empty when done
   */
  public record Line(String what, String why, long micros, String failure) {}
}

package dev.patchbay.cri;

import java.time.Instant;
import java.util.Map;

/**
 * A container as the runtime lists it.
 *
 * @param attempt which of the containers of this name it is, from 0
 */
public record Container(
    String id,
    String sandboxId,
    String name,
    int attempt,
    Phase phase,
    Instant createdAt,
    String image,
    Map<String, String> labels,
    Map<String, String> annotations) {
  /** A {@link ContainerState} without its particulars, which a list does not tell. */
  public enum Phase {
    /** Made but not started. */
    CREATED,
    /** Its first process runs. */
    RUNNING,
    /** Its first process ended. */
    EXITED,
    /** The runtime lost track of it. */
    UNKNOWN
  }

  public Container {
    labels = Map.copyOf(labels);
    annotations = Map.copyOf(annotations);
  }
}

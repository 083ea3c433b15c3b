package dev.patchbay.cri;

import java.time.Instant;
import java.util.Map;

/**
 * A sandbox as the runtime lists it.
 *
 * @param ready false once it was stopped or its pause process died
 */
public record Sandbox(
    String id,
    PodIdentity pod,
    int attempt,
    boolean ready,
    Instant createdAt,
    Map<String, String> labels,
    Map<String, String> annotations) {
  public Sandbox {
    labels = Map.copyOf(labels);
    annotations = Map.copyOf(annotations);
  }
}

package dev.patchbay.cri;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A container looked at closely.
 *
 * @param image as it was asked for
 * @param imageRef by digest
 * @param logPath the file its output is written to; empty when it has none
 */
public record ContainerStatus(
    String id,
    String name,
    int attempt,
    ContainerState state,
    Instant createdAt,
    String image,
    String imageRef,
    Optional<Path> logPath,
    Map<String, String> labels,
    Map<String, String> annotations) {
  public ContainerStatus {
    labels = Map.copyOf(labels);
    annotations = Map.copyOf(annotations);
  }
}

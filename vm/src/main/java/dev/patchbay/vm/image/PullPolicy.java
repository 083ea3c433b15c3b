package dev.patchbay.vm.image;

import java.util.Arrays;
import java.util.stream.Collectors;

/** When an image is fetched, in the words of Kubernetes' {@code imagePullPolicy}. */
public enum PullPolicy {
  /** The source is asked each time whether it has changed. */
  ALWAYS("Always"),
  /** Only what is not here is fetched. */
  IF_NOT_PRESENT("IfNotPresent"),
  /** What is not here is refused. */
  NEVER("Never");

  private final String text;

  PullPolicy(String text) {
    this.text = text;
  }

  /**
   * Reads the pod's word; blank means {@link #IF_NOT_PRESENT}. Throws IllegalArgumentException
   * naming it.
   */
  public static PullPolicy parse(String text) {
    if (text.isBlank()) {
      return IF_NOT_PRESENT;
    }
    return Arrays.stream(values())
        .filter(policy -> policy.text.equals(text))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "imagePullPolicy \"%s\" is not known; write %s"
                    .formatted(
                        text,
                        Arrays.stream(values())
                            .map(PullPolicy::toString)
                            .collect(Collectors.joining(", ")))));
  }

  @Override
  public String toString() {
    return text;
  }
}

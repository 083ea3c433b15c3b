package dev.patchbay.apiserver.oracle;

import java.util.Map;

/** Cases in which we differ from the recording, each with the reason. */
final class Exceptions {
  private static final String DEFAULTS = "the kind's own defaults, which the merge does not know";
  private static final String POD_WARNING = "a warning of core Pod validation";

  /** Cases of kinds that we serve. */
  static final Map<String, String> OF_HTTP =
      Map.of(
          "pod-nics-unknown-field", "our Pod has these fields",
          "fv-create-pod-strict", "our Pod has these fields",
          "ephemeral-change", "the subresource ephemeralcontainers is not served",
          "resize-cpu", "the subresource resize is not served");

  /** Merges of kinds that we do not serve. */
  static final Map<String, String> OF_MERGE =
      Map.of(
          "deploy-strategy-retainkeys-only", DEFAULTS,
          "volumes-retainkeys-null-in-patch", DEFAULTS,
          "topologyspread-delete", POD_WARNING,
          "topologyspread-add", POD_WARNING,
          "topologyspread-merge", POD_WARNING,
          "topologyspread-same-key-twice", POD_WARNING,
          "env-duplicate-in-base-other", POD_WARNING,
          "ports-two-protocols-in-base", POD_WARNING);

  private Exceptions() {}
}

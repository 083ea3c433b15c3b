package dev.patchbay.apiserver.oracle;

import java.util.Map;

/** Cases in which we differ from the recording, each with the reason. */
final class Exceptions {
  private static final String DEFAULTS = "the kind's own defaults, which the merge does not know";
  private static final String POD_WARNING = "a warning of core Pod validation";

  /** Cases of kinds that we serve. */
  static final Map<String, String> OF_HTTP =
      Map.ofEntries(
          Map.entry("pod-nics-unknown-field", "our Pod has these fields"),
          Map.entry("fv-create-pod-strict", "our Pod has these fields"),
          Map.entry("ephemeral-change", "the subresource ephemeralcontainers is not served"),
          Map.entry("resize-cpu", "the subresource resize is not served"),
          Map.entry("status-podips-merge", "a text of core Pod validation"),
          Map.entry("vm-mp-transition", "CEL rules are not evaluated, the definition says so"),
          Map.entry("mp-managedfields-empty", "managedFields are not kept"),
          Map.entry("watch-rv-too-old", "a young server has forgotten nothing yet"),
          Map.entry("body-not-json-merge", "words of Go's JSON reader; ours name line and column"),
          Map.entry(
              "body-not-json-jsonpatch", "words of Go's JSON reader; ours name line and column"),
          Map.entry("list-continue-bad", "our token is no JSON, so the words after it differ"));

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

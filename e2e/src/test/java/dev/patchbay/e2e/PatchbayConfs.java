package dev.patchbay.e2e;

import java.nio.file.Path;

/** Our own CNI confs (docs/conf.md), as an administrator puts them into the runtime's folder. */
final class PatchbayConfs {
  private static final String ANNOTATIONS = "{\"io.kubernetes.cri.pod-annotations\": true}";

  private PatchbayConfs() {}

  /** Every pod gets the delegates; those that ask by annotation get more. */
  static String delegates(String... confs) {
    return """
    {"cniVersion": "1.0.0", "name": "podnet", "type": "patchbay",
     "capabilities": %s,
     "delegates": [%s]}
    """
        .formatted(ANNOTATIONS, String.join(",", confs));
  }

  /** Pods get what Genie's rules and its own conf say. */
  static String genie(Path conf) {
    return genie(conf, "1.0.0");
  }

  static String genie(Path conf, String version) {
    return """
    {"cniVersion": "%s", "name": "podnet", "type": "patchbay",
     "capabilities": %s,
     "genie": {"conf": "%s"}}
    """
        .formatted(version, ANNOTATIONS, conf);
  }
}

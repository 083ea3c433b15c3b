package dev.patchbay.agent.standalone;

import dev.patchbay.core.nic.Cidr;
import java.nio.file.Path;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The CNI configuration that a standalone node's containerd loads: ours, with a bridge for pods
 * that ask for nothing else. A pod's own networks come with its annotations.
 */
final class PodNetwork {
  /** The name of the file, first in the folder's order. */
  static final String FILE = "05-patchbay.conflist";

  /** The bridge of pods without a VPC. */
  static final String BRIDGE = "patchbay0";

  /** Tells a file of ours from a stranger's of the same name. */
  static final String NAME = "patchbay-standalone";

  private static final JsonMapper JSON = JsonMapper.shared();

  private PodNetwork() {}

  /** The configuration as JSON. */
  static String conf(Cidr podCidr, Path leases) {
    ObjectNode conf = JSON.createObjectNode().put("cniVersion", "1.0.0").put("name", NAME);
    ObjectNode plugin = conf.putArray("plugins").addObject().put("type", "patchbay");
    plugin.putObject("capabilities").put("io.kubernetes.cri.pod-annotations", true);
    ObjectNode bridge =
        plugin
            .putArray("delegates")
            .addObject()
            .put("name", "default")
            .put("type", "bridge")
            .put("bridge", BRIDGE)
            .put("isDefaultGateway", true)
            .put("ipMasq", true)
            .put("hairpinMode", true);
    bridge
        .putObject("ipam")
        .put("type", "host-local")
        .put("dataDir", leases.toString())
        .putArray("ranges")
        .addArray()
        .addObject()
        .put("subnet", podCidr.network().toString());
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(conf) + "\n";
  }
}

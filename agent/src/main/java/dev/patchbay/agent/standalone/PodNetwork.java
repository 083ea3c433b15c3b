package dev.patchbay.agent.standalone;

import dev.patchbay.cni.conf.NetworkName;
import dev.patchbay.cni.skel.StdinConf;
import dev.patchbay.cni.version.CniVersion;
import dev.patchbay.core.nic.Cidr;
import java.nio.file.Path;
import java.util.Optional;
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

  /** The same as our plugin gets it on its standard input. */
  static StdinConf asCalled(StandaloneConfig config) {
    ObjectNode list =
        (ObjectNode) JSON.readTree(conf(config.podCidr(), config.folder().resolve("leases")));
    ObjectNode plugin = ((ObjectNode) list.path("plugins").get(0)).deepCopy();
    plugin.put("cniVersion", list.path("cniVersion").asString("")).put("name", NAME);
    return new StdinConf(new NetworkName(NAME), CniVersion.V1_0_0, Optional.of("patchbay"), plugin);
  }
}

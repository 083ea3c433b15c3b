package dev.patchbay.agent.node;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is settled about the node before it starts.
 *
 * @param name of the Node object
 * @param addresses where it is reached, the best one first
 * @param labels beside those that every node has
 * @param nics how a pod's spec becomes attachments
 * @param path folders with third-party plugins
 * @param logs where containers' logs go, one folder per pod
 * @param binds whether pods without a node are bound here: true on a single node only, where nobody
 *     else schedules
 * @param resync how often every pod is looked at without anything having changed
 */
public record NodeSettings(
    String name,
    List<InetAddress> addresses,
    Map<String, String> labels,
    PodNics nics,
    List<String> path,
    Path logs,
    boolean binds,
    Duration resync) {
  /** Where a kubelet keeps logs, too. */
  public static final Path LOGS = Path.of("/var/log/pods");

  /** The label that Virtlet's pods select their nodes by; every node of ours has it. */
  public static final Map.Entry<String, String> VIRTLET = Map.entry("extraRuntime", "virtlet");

  /** The one node is everything, as kubeadm would label it. */
  private static final Map<String, String> CONTROL_PLANE =
      Map.of("node-role.kubernetes.io/control-plane", "");

  private static final Map<String, String> ARCHITECTURES =
      Map.of("amd64", "amd64", "x86_64", "amd64", "aarch64", "arm64");

  /** Copies the collections. */
  public NodeSettings {
    addresses = List.copyOf(addresses);
    labels = Map.copyOf(labels);
    path = List.copyOf(path);
  }

  /** The single node of a standalone installation. */
  public static NodeSettings standalone(
      String name, List<InetAddress> addresses, PodNics nics, List<String> path) {
    return new NodeSettings(
        name, addresses, CONTROL_PLANE, nics, path, LOGS, true, Duration.ofSeconds(30));
  }

  /** Go's word for the machine. */
  static String architecture() {
    String java = System.getProperty("os.arch", "");
    return ARCHITECTURES.getOrDefault(java, java);
  }

  /** All labels of the node. */
  Map<String, String> allLabels() {
    Map<String, String> all = new HashMap<>();
    all.put("kubernetes.io/hostname", name);
    all.put("kubernetes.io/os", "linux");
    all.put("kubernetes.io/arch", architecture());
    all.put(VIRTLET.getKey(), VIRTLET.getValue());
    all.putAll(labels);
    return all;
  }
}

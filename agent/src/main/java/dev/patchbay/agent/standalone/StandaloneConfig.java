package dev.patchbay.agent.standalone;

import dev.patchbay.agent.config.AgentConfig;
import dev.patchbay.core.nic.Cidr;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * The settings of {@code patchbay up}, from /etc/patchbay/standalone.yaml and the command line;
 * every key has a default.
 *
 * @param agent the agent's own settings (key {@code agent}, as in agent.yaml)
 * @param home the distribution's folder, with {@code cni} and {@code libexec}
 * @param nodeName the one node's name
 * @param listen where the API is served
 * @param podCidr addresses of the default network, whose bridge is {@code patchbay0}
 * @param containerd which one runs container pods
 */
public record StandaloneConfig(
    AgentConfig agent,
    Path home,
    String nodeName,
    InetSocketAddress listen,
    Cidr podCidr,
    Containerd containerd) {
  /** Where the file is unless told otherwise. */
  public static final Path DEFAULT_FILE = Path.of("/etc/patchbay/standalone.yaml");

  private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");
  private static final String AGENT = "agent";
  private static final Set<String> KEYS =
      new TreeSet<>(
          Set.of(
              AGENT,
              "home",
              "stateDir",
              "socket",
              "nodeName",
              "listen",
              "podCidr",
              "runtime",
              "installCni",
              "cniConfDir",
              "cniBinDir"));
  private static final String DNS_NAME = "[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?";

  /** Which containerd runs container pods. */
  public sealed interface Containerd {
    /** One of our own, whose conf_dir holds our configuration only. */
    record Private() implements Containerd {}

    /**
     * One that is there already.
     *
     * @param socket its CRI socket
     * @param confDir where it finds CNI configurations; ours is put there
     * @param binDir where it finds CNI plugins; ours is put there
     */
    record Installed(Path socket, Path confDir, Path binDir) implements Containerd {}

    /** None: virtual machines only. */
    record Absent() implements Containerd {}
  }

  /** What must survive a restart, beside the agent's own. */
  public Path folder() {
    return agent.stateDir().resolve("standalone");
  }

  /** What need not survive a boot. */
  public Path runFolder() {
    return agent.socket().resolveSibling("standalone");
  }

  /**
   * Reads a file and what the command line says instead; a missing file means defaults. Throws
   * IllegalArgumentException naming origin, key and value.
   *
   * @param said key → value, as strings
   */
  public static StandaloneConfig read(Path file, Map<String, String> said) {
    try {
      return parse(Files.exists(file) ? Files.readString(file) : "", file.toString(), said);
    } catch (IOException e) {
      throw new IllegalArgumentException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /** Reads text; throws IllegalArgumentException naming origin, key and value. */
  public static StandaloneConfig parse(String yaml, String origin, Map<String, String> said) {
    try {
      JsonNode tree = YAMLMapper.shared().readTree(yaml);
      ObjectNode root =
          tree instanceof ObjectNode object ? object : YAMLMapper.shared().createObjectNode();
      if (!tree.isObject() && !tree.isMissingNode() && !tree.isNull()) {
        throw new IllegalArgumentException("it is not a list of keys and values");
      }
      said.forEach(root::put);
      return of(root);
    } catch (JacksonException e) {
      throw new IllegalArgumentException(origin + ": " + e.getOriginalMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(origin + ": " + e.getMessage(), e);
    }
  }

  private static StandaloneConfig of(ObjectNode root) {
    for (String key : root.propertyNames()) {
      if (!KEYS.contains(key)) {
        throw new IllegalArgumentException(
            "unknown key \"" + key + "\"; known are " + String.join(", ", KEYS));
      }
    }
    Path home = path(root, "home", System.getProperty("patchbay.home", "/usr/lib/patchbay"));
    ObjectNode agent = root.path(AGENT).asObjectOpt().orElseGet(root::objectNode);
    if (!agent.has("binDir")) {
      agent.put("binDir", home.resolve("cni").toString());
    }
    agent.put("node", text(root, "nodeName", hostName()));
    for (String shared : List.of("stateDir", "socket")) {
      if (root.has(shared)) {
        agent.set(shared, root.get(shared));
      }
    }
    Path state = path(agent, "stateDir", "/var/lib/patchbay");
    agent.put("kubeconfig", state.resolve("standalone/api/kubeconfig").toString());
    return new StandaloneConfig(
        AgentConfig.of(agent, AGENT),
        home,
        nodeName(text(root, "nodeName", hostName())),
        listen(text(root, "listen", "127.0.0.1:6443")),
        podCidr(text(root, "podCidr", "10.77.0.0/16")),
        containerd(root));
  }

  private static Containerd containerd(ObjectNode root) {
    String runtime = text(root, "runtime", "");
    boolean install = root.path("installCni").asString("false").equals("true");
    if (install && !runtime.isEmpty() && !runtime.startsWith("/")) {
      throw new IllegalArgumentException(
          "installCni needs a containerd that is there already, but runtime is \""
              + runtime
              + "\"; leave runtime out, or write its socket's path");
    }
    if (install || runtime.startsWith("/")) {
      return new Containerd.Installed(
          path(root, "runtime", "/run/containerd/containerd.sock"),
          path(root, "cniConfDir", "/etc/cni/net.d"),
          path(root, "cniBinDir", "/opt/cni/bin"));
    }
    return switch (runtime) {
      case "", "private" -> new Containerd.Private();
      case "none" -> new Containerd.Absent();
      default ->
          throw new IllegalArgumentException(
              "runtime is \"" + runtime + "\"; write private, none or the path of a CRI socket");
    };
  }

  private static String text(ObjectNode root, String key, String fallback) {
    JsonNode value = root.path(key);
    if (value.isMissingNode() || value.isNull()) {
      return fallback;
    }
    if (!value.isValueNode()) {
      throw new IllegalArgumentException(key + " is " + value + "; write one value");
    }
    return value.asString();
  }

  private static Path path(ObjectNode root, String key, String fallback) {
    Path path = Path.of(text(root, key, fallback));
    if (!path.isAbsolute()) {
      throw new IllegalArgumentException(
          key + " is \"" + path + "\"; write an absolute path, beginning with a slash");
    }
    return path;
  }

  private static String nodeName(String name) {
    if (!name.matches(DNS_NAME)) {
      throw new IllegalArgumentException(
          "nodeName is \""
              + name
              + "\"; write lower-case letters, digits, dots and dashes, at most 253");
    }
    return name;
  }

  private static InetSocketAddress listen(String text) {
    int colon = text.lastIndexOf(':');
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      String address = colon < 0 ? "" : text.substring(0, colon);
      if (address.isEmpty() || port < 0 || port > 65535) {
        throw new NumberFormatException(text);
      }
      return new InetSocketAddress(InetAddress.ofLiteral(address.replaceAll("[\\[\\]]", "")), port);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "listen is \"" + text + "\"; write address:port, such as 127.0.0.1:6443", e);
    }
  }

  private static Cidr podCidr(String text) {
    try {
      return Cidr.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("podCidr: " + e.getMessage(), e);
    }
  }

  private static String hostName() {
    try {
      // the kernel's word: it is there also where no file and no server knows the name's address
      return Files.readString(HOST_NAME).strip().toLowerCase(Locale.ROOT);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "nodeName is not given and " + HOST_NAME + " cannot be read; write nodeName", e);
    }
  }
}

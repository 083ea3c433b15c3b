package dev.patchbay.kube.dialect;

import dev.patchbay.cni.conf.ConfParser;
import dev.patchbay.cni.conf.NetworkConf;
import dev.patchbay.cni.json.Fields;
import dev.patchbay.kube.definition.Networks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.node.ObjectNode;

/**
 * Our own CNI configuration, of type {@code patchbay}. The keys are documented in {@code
 * docs/conf.md}.
 *
 * @param base what decides a pod's default networks
 * @param defaultNetworks more networks of every pod, as {@code [namespace/]name[@interface]}
 * @param confDir a folder of CNI configurations
 * @param networkDefinitions a folder of NetworkAttachmentDefinitions
 * @param ifNamePrefix of the names of delegates after the first
 * @param runtime the runtime's name, where it cannot be told from its process
 * @param notes keys that have no effect
 */
public record PatchbayConf(
    Base base,
    List<String> defaultNetworks,
    Optional<Path> confDir,
    Optional<Path> networkDefinitions,
    String ifNamePrefix,
    Optional<String> runtime,
    List<String> notes) {
  /** The plugin type. */
  public static final String TYPE = "patchbay";

  private static final String DELEGATES = "delegates";
  private static final String NETWORK = "network";
  private static final String GENIE = "genie";
  private static final String CLUSTER = "cluster";

  /** Keys of every CNI configuration, and those that a runtime adds to it. */
  private static final Set<String> STANDARD =
      Set.of(
          "cniVersion",
          "cniVersions",
          "name",
          "type",
          "capabilities",
          "runtimeConfig",
          "prevResult",
          "args",
          "disableCheck",
          "disableGC");

  private static final Set<String> OURS =
      new TreeSet<>(
          Set.of(
              DELEGATES,
              NETWORK,
              GENIE,
              CLUSTER,
              "defaultNetworks",
              "confDir",
              "networkDefinitions",
              "ifNamePrefix",
              "runtime"));

  /** What decides a pod's default networks. */
  public sealed interface Base {
    /**
     * These networks, the first being the primary one.
     *
     * @param networks at least one
     */
    record Delegates(List<NetworkConf> networks) implements Base {
      /** Copies the list. */
      public Delegates {
        networks = List.copyOf(networks);
      }

      /** Without the networks' content, which may hold credentials. */
      @Override
      public String toString() {
        return "delegates " + networks.stream().map(NetworkConf::name).toList();
      }
    }

    /**
     * The network of that name.
     *
     * @param item as {@code [namespace/]name}
     */
    record Named(String item) implements Base {}

    /**
     * Genie's rules.
     *
     * @param conf the file of Genie's own configuration
     */
    record Genie(Path conf) implements Base {}

    /**
     * The network that the cluster's own CNI plugin has installed: the first configuration of the
     * folder by file name that is not ours, whatever it is called now.
     *
     * @param confDir where container runtimes look
     */
    record Cluster(Path confDir) implements Base {}
  }

  /** Copies the lists. */
  public PatchbayConf {
    defaultNetworks = List.copyOf(defaultNetworks);
    notes = List.copyOf(notes);
  }

  /** Reads a configuration; refuses with code 7, naming the field. Unknown keys become notes. */
  public static PatchbayConf parse(Fields fields) {
    return new PatchbayConf(
        base(fields),
        fields.texts("defaultNetworks"),
        path(fields, "confDir"),
        path(fields, "networkDefinitions"),
        fields.parsed("ifNamePrefix", PatchbayConf::prefix).orElse("eth"),
        fields.filled("runtime"),
        unknown(fields));
  }

  private static Base base(Fields fields) {
    List<String> given =
        List.of(DELEGATES, NETWORK, GENIE, CLUSTER).stream()
            .filter(key -> fields.any(key).isPresent())
            .toList();
    if (given.size() != 1) {
      throw fields.bad(
          String.join(" and ", given.isEmpty() ? List.of(DELEGATES) : given),
          (given.isEmpty() ? "is missing" : "exclude each other")
              + "; write one of delegates (configurations), network (a name), genie and cluster"
              + " (objects)");
    }
    return switch (given.getFirst()) {
      case NETWORK -> new Base.Named(fields.required(NETWORK));
      case GENIE -> new Base.Genie(folderOrFile(fields.object(GENIE).orElseThrow(), "conf"));
      case CLUSTER ->
          new Base.Cluster(folderOrFile(fields.object(CLUSTER).orElseThrow(), "confDir"));
      default -> delegates(fields);
    };
  }

  private static Path folderOrFile(Fields base, String key) {
    base.required(key);
    return path(base, key).orElseThrow();
  }

  private static Base delegates(Fields fields) {
    List<NetworkConf> networks = new ArrayList<>();
    for (Fields delegate : fields.objects(DELEGATES)) {
      ObjectNode json = delegate.node().deepCopy();
      // Without a version of its own it is served in the one that the runtime speaks to us.
      if (delegate.filled("cniVersion").isEmpty() && !delegate.mentions("cniVersions")) {
        fields.filled("cniVersion").ifPresent(version -> json.put("cniVersion", version));
      }
      String origin = fields.origin() + " " + DELEGATES + "[" + networks.size() + "]";
      networks.add(Networks.refuseOurs(ConfParser.parse(json, origin)));
    }
    if (networks.isEmpty()) {
      throw fields.bad(DELEGATES, "is empty; list at least one configuration");
    }
    return new Base.Delegates(networks);
  }

  private static Optional<Path> path(Fields fields, String key) {
    return fields.parsed(
        key,
        text -> {
          Path path = Path.of(text);
          if (!path.isAbsolute()) {
            throw new IllegalArgumentException(
                "\"" + text + "\" is not an absolute path; begin it with a slash");
          }
          return path.normalize();
        });
  }

  private static String prefix(String text) {
    if (!text.matches("[a-zA-Z][a-zA-Z0-9_.\\-]{0,10}")) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is no prefix; write a letter, then at most 10 letters and digits");
    }
    return text;
  }

  private static List<String> unknown(Fields fields) {
    List<String> notes = new ArrayList<>();
    for (String key : fields.node().propertyNames()) {
      if (!OURS.contains(key) && !STANDARD.contains(key) && !key.startsWith("cni.dev/")) {
        notes.add(noEffect(fields, key, String.join(", ", OURS)));
      }
    }
    fields.object(GENIE).ifPresent(genie -> noteOthers(genie, "conf", notes));
    fields.object(CLUSTER).ifPresent(cluster -> noteOthers(cluster, "confDir", notes));
    return notes;
  }

  private static void noteOthers(Fields base, String known, List<String> notes) {
    for (String key : base.node().propertyNames()) {
      if (!key.equals(known)) {
        notes.add(noEffect(base, key, known));
      }
    }
  }

  private static String noEffect(Fields fields, String key, String known) {
    return fields.bad("\"" + key + "\"", "has no effect; known are " + known).error().msg();
  }
}

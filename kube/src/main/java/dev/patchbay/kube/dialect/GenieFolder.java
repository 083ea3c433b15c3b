package dev.patchbay.kube.dialect;

import dev.patchbay.cni.conf.ConfParser;
import dev.patchbay.cni.conf.NetworkConf;
import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.json.Fields;
import dev.patchbay.cni.version.CniVersion;
import dev.patchbay.kube.definition.Networks;
import dev.patchbay.kube.definition.TextFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/**
 * A folder of configurations as Genie sees it: a network is known by its file, not by its name. The
 * file's name without its ending and without all up to the first dash is the plugin's: {@code
 * 10-calico.conf} is calico. Files whose plugin is ourselves do not count.
 *
 * @param folder the folder
 * @param networks plugin → configuration, by file name; of two files for a plugin the first counts
 * @param unreadable plugin → refusal of its file
 * @param notes what is odd about files that count or are passed over
 */
public record GenieFolder(
    Path folder,
    Map<String, Network> networks,
    Map<String, CniError> unreadable,
    List<String> notes) {
  private static final List<String> ENDINGS = List.of(".conf", ".conflist", ".json");

  /**
   * One file.
   *
   * @param conf what it holds
   * @param versionMissing it names no CNI version, and 0.3.0 was assumed as Genie does
   */
  public record Network(NetworkConf conf, boolean versionMissing) {
    /** Without the configuration's content, which may hold credentials. */
    @Override
    public String toString() {
      return conf.name() + " of " + conf.origin();
    }
  }

  /** Keeps the order. */
  public GenieFolder {
    networks = Collections.unmodifiableMap(new LinkedHashMap<>(networks));
    unreadable = Collections.unmodifiableMap(new LinkedHashMap<>(unreadable));
    notes = List.copyOf(notes);
  }

  /** Reads the folder; refuses only when the folder itself cannot be listed. */
  public static GenieFolder read(Path folder) {
    Map<String, Network> networks = new LinkedHashMap<>();
    Map<String, CniError> unreadable = new LinkedHashMap<>();
    List<String> notes = new ArrayList<>();
    for (Path file : TextFile.list(folder, ENDINGS)) {
      String plugin = plugin(file);
      try {
        Network network = network(file);
        if (Networks.isOurs(network.conf())) {
          continue;
        }
        Network first = networks.putIfAbsent(plugin, network);
        if (first != null) {
          notes.add(file + " is passed over: " + first.conf().origin() + " is " + plugin + " too");
        }
      } catch (CniException e) {
        unreadable.putIfAbsent(plugin, e.error());
        notes.add("passed over: " + e.error().msg());
      }
    }
    return new GenieFolder(folder, networks, unreadable, notes);
  }

  /** The plugin's name by the file's: all after the first dash, or everything if there is none. */
  static String plugin(Path file) {
    String name = String.valueOf(file.getFileName());
    String stem = name.substring(0, name.lastIndexOf('.'));
    return stem.substring(stem.indexOf('-') + 1);
  }

  /** The names that an annotation may use, sorted. */
  List<String> known() {
    return Stream.concat(networks.keySet().stream(), unreadable.keySet().stream())
        .filter(plugin -> !plugin.isEmpty())
        .distinct()
        .sorted()
        .toList();
  }

  /** The first file that can be read: the cluster's default network. */
  Optional<Map.Entry<String, Network>> first() {
    return networks.entrySet().stream().findFirst();
  }

  private static Network network(Path file) {
    ObjectNode json = TextFile.object(file);
    NetworkConf conf = ConfParser.parse(json, file.toString());
    Fields fields = Fields.of(json, file.toString(), CniError.INVALID_NETWORK_CONFIG);
    boolean missing =
        fields.filled("cniVersion").isEmpty() && fields.texts("cniVersions").isEmpty();
    return new Network(missing ? as030(conf) : conf, missing);
  }

  // Only the version to speak: the plugins' own objects stay untouched.
  private static NetworkConf as030(NetworkConf conf) {
    return new NetworkConf(
        conf.name(),
        CniVersion.V0_3_0,
        conf.disableCheck(),
        conf.disableGc(),
        conf.loadOnlyInlinedPlugins(),
        conf.plugins(),
        conf.origin());
  }
}

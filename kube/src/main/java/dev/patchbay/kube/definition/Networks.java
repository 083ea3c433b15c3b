package dev.patchbay.kube.definition;

import dev.patchbay.cni.conf.ConfFolder;
import dev.patchbay.cni.conf.ConfParser;
import dev.patchbay.cni.conf.NetworkConf;
import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.json.Fields;
import dev.patchbay.cni.json.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/**
 * The networks that can be asked for by name on this node: definitions first, then files of
 * configurations. The folders are read when the first name is looked up, and only once; for one
 * request on one thread.
 */
public final class Networks {
  // Either of them would call us again.
  private static final Set<String> OURS = Set.of("patchbay", "genie");

  private final Supplier<DefinitionFolder> definitionsReader;
  private final Supplier<ConfFolder> confsReader;
  private final String places;
  private Optional<DefinitionFolder> definitions = Optional.empty();
  private Optional<ConfFolder> confs = Optional.empty();

  private Networks(
      Supplier<DefinitionFolder> definitionsReader,
      Supplier<ConfFolder> confsReader,
      String places) {
    this.definitionsReader = definitionsReader;
    this.confsReader = confsReader;
    this.places = places;
  }

  /** The networks of these two folders. */
  public static Networks in(Optional<Path> definitionFolder, Path confFolder) {
    return new Networks(
        () -> definitionFolder.map(DefinitionFolder::read).orElse(DefinitionFolder.NONE),
        () -> ConfFolder.read(confFolder),
        definitionFolder.map(folder -> folder + " or ").orElse("") + confFolder);
  }

  /** The networks of folders that have been read. */
  public static Networks of(DefinitionFolder definitions, ConfFolder confs) {
    return new Networks(() -> definitions, () -> confs, "the folders");
  }

  /**
   * The configuration of a network, in the order of the standard (1.3, section 3.3): the
   * definition's own, else the list, else the single plugin of that name on the node. A name
   * without a definition is looked up on the node too. Refuses with code 7 and lists what is known.
   */
  public NetworkConf find(String namespace, String name) {
    Optional<NetworkAttachmentDefinition> definition = definitions().find(namespace, name);
    return definition
        .filter(found -> found.config().isPresent())
        .map(Networks::inline)
        .or(() -> confs().network(name).map(Networks::refuseOurs))
        .orElseThrow(() -> unknown(namespace, name, definition));
  }

  /** Returns the network; refuses with code 7 one whose plugin is ourselves. */
  public static NetworkConf refuseOurs(NetworkConf network) {
    if (isOurs(network)) {
      throw CniException.of(
          CniError.INVALID_NETWORK_CONFIG,
          network.origin()
              + ": network \""
              + network.name()
              + "\" has a plugin of type patchbay or genie, which would call itself; name another"
              + " network");
    }
    return network;
  }

  /** Whether a plugin of the network is ourselves. */
  public static boolean isOurs(NetworkConf network) {
    return network.plugins().stream().anyMatch(plugin -> OURS.contains(plugin.type()));
  }

  private static NetworkConf inline(NetworkAttachmentDefinition definition) {
    String origin = definition + " spec.config";
    ObjectNode json = Json.object(definition.config().orElseThrow(), origin);
    Fields fields = Fields.of(json, origin, CniError.INVALID_NETWORK_CONFIG);
    if (fields.filled("name").isEmpty()) {
      json.put("name", definition.name());
    }
    return refuseOurs(ConfParser.parse(json, origin));
  }

  private CniException unknown(
      String namespace, String name, Optional<NetworkAttachmentDefinition> definition) {
    String what =
        definition
            .map(found -> found + " has no spec.config, and no file has a configuration \"" + name)
            .orElse("no network \"" + namespace + "/" + name);
    String known =
        Stream.concat(
                definitions().definitions().stream().map(NetworkAttachmentDefinition::key),
                confs().networks().stream()
                    .filter(network -> !isOurs(network))
                    .map(network -> network.name().value()))
            .distinct()
            .sorted()
            .collect(Collectors.joining(", "));
    List<String> problems =
        Stream.concat(definitions().problems().stream(), confs().problems().stream())
            .map(CniError::msg)
            .toList();
    return new CniException(
        new CniError(
            CniError.INVALID_NETWORK_CONFIG,
            what + "\" in " + places + "; known are: " + (known.isEmpty() ? "none" : known),
            problems.isEmpty() ? "" : "not read: " + String.join("; ", problems)));
  }

  private DefinitionFolder definitions() {
    DefinitionFolder read = definitions.orElseGet(definitionsReader);
    definitions = Optional.of(read);
    return read;
  }

  private ConfFolder confs() {
    ConfFolder read = confs.orElseGet(confsReader);
    confs = Optional.of(read);
    return read;
  }
}

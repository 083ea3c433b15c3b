package dev.patchbay.agent.api;

import dev.patchbay.agent.config.AgentConfig;
import dev.patchbay.cni.conf.ConfFolder;
import dev.patchbay.cni.conf.NetworkConf;
import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.kube.definition.DefinitionFolder;
import dev.patchbay.kube.definition.NetworkAttachmentDefinition;
import dev.patchbay.kube.definition.Networks;
import dev.patchbay.kube.dialect.GenieFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The networks that a person can name on this node, as the agent's two folders have them now. */
final class NetworkCatalog {
  private final DefinitionFolder definitions;
  private final ConfFolder confs;
  private final GenieFolder files;
  private final Networks networks;

  private NetworkCatalog(AgentConfig config) {
    this.definitions = DefinitionFolder.read(config.networkDefinitions());
    this.confs = ConfFolder.read(config.confDir());
    this.files = GenieFolder.read(config.confDir());
    this.networks = Networks.in(Optional.of(config.networkDefinitions()), config.confDir());
  }

  /** Reads the folders. */
  static NetworkCatalog read(AgentConfig config) {
    return new NetworkCatalog(config);
  }

  /**
   * One network.
   *
   * @param namespace of a NetworkAttachmentDefinition; empty for a configuration file
   * @param name what it is called
   * @param alias the name by which CNI-Genie knows its file; empty for a definition
   * @param source its file
   * @param conf its configuration; absent when that cannot be read
   * @param trouble why it cannot be read; empty when it can
   */
  record Entry(
      String namespace,
      String name,
      String alias,
      String source,
      Optional<NetworkConf> conf,
      String trouble) {
    /** As it is asked for. */
    String key() {
      return namespace.isEmpty() ? name : namespace + "/" + name;
    }
  }

  /** All of them, definitions first. */
  List<Entry> entries() {
    List<Entry> all = new ArrayList<>();
    definitions.definitions().forEach(definition -> all.add(entry(definition)));
    confs.networks().stream()
        .filter(network -> !Networks.isOurs(network))
        .forEach(network ->
            all.add(
                new Entry(
                    "",
                    network.name().value(),
                    alias(network),
                    network.origin(),
                    Optional.of(network),
                    "")));
    return all;
  }

  /** What is wrong with files that do not count. */
  List<String> problems() {
    return Stream.concat(definitions.problems().stream(), confs.problems().stream())
        .map(CniError::msg)
        .toList();
  }

  /**
   * A network by the name of its definition or configuration, or by its file's as CNI-Genie has it.
   * Refuses an unknown one with the known.
   */
  NetworkConf find(String namespace, String name) {
    try {
      return networks.find(namespace, name);
    } catch (CniException unknown) {
      GenieFolder.Network byFile = files.networks().get(name);
      if (byFile == null || definitions.duplicates().containsKey(namespace + "/" + name)) {
        throw unknown;
      }
      return byFile.conf();
    }
  }

  private Entry entry(NetworkAttachmentDefinition definition) {
    try {
      NetworkConf conf = networks.find(definition.namespace(), definition.name());
      return entry(definition, Optional.of(conf), "");
    } catch (CniException e) {
      return entry(definition, Optional.empty(), e.error().msg());
    }
  }

  private static Entry entry(
      NetworkAttachmentDefinition definition, Optional<NetworkConf> conf, String trouble) {
    return new Entry(
        definition.namespace(), definition.name(), "", definition.origin(), conf, trouble);
  }

  private String alias(NetworkConf network) {
    return files.networks().entrySet().stream()
        .filter(file -> file.getValue().conf().origin().equals(network.origin()))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseGet(() -> String.valueOf(Path.of(network.origin()).getFileName()));
  }
}

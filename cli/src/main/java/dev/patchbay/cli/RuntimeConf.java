package dev.patchbay.cli;

import dev.patchbay.cni.conf.ConfFolder;
import dev.patchbay.cni.conf.ConfParser;
import dev.patchbay.cni.conf.NetworkConf;
import dev.patchbay.cni.conf.PluginConf;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.json.Json;
import dev.patchbay.kube.definition.Networks;
import dev.patchbay.kube.definition.TextFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A runtime's network configuration, as the standard input of one call of our plugin. */
final class RuntimeConf {
  private RuntimeConf() {}

  /** Of a file. */
  static ObjectNode ofFile(Path file) {
    try {
      return stdin(ConfParser.parse(TextFile.object(file), file.toString()));
    } catch (CniException e) {
      throw refused(e, "patchbay plan --conf FILE");
    }
  }

  /** Of a file, or of the network of that name in a folder. */
  static ObjectNode named(String nameOrFile, Path folder) {
    if (nameOrFile.contains("/") || Files.isRegularFile(Path.of(nameOrFile))) {
      return ofFile(Path.of(nameOrFile));
    }
    ConfFolder confs = ConfFolder.read(folder);
    return stdin(
        confs
            .network(nameOrFile)
            .orElseThrow(() ->
                new CommandFailure(
                    CommandFailure.FAILED,
                    "no network \""
                        + nameOrFile
                        + "\" in "
                        + folder
                        + "; it has "
                        + confs.networks().stream().map(NetworkConf::name).toList(),
                    "name a file, or another folder: --conf-dir DIR")));
  }

  /** Of the first network in a folder whose plugin is ours. */
  static ObjectNode ours(Path folder) {
    return ConfFolder.read(folder).networks().stream()
        .filter(Networks::isOurs)
        .findFirst()
        .map(RuntimeConf::stdin)
        .orElseThrow(() ->
            new CommandFailure(
                CommandFailure.FAILED,
                "no configuration of type patchbay or genie in " + folder,
                "name the runtime's configuration: --conf FILE"));
  }

  private static ObjectNode stdin(NetworkConf network) {
    List<PluginConf> plugins = network.plugins();
    Optional<PluginConf> one =
        plugins.stream()
            .filter(plugin -> List.of("patchbay", "genie").contains(plugin.type()))
            .findFirst()
            .or(() -> plugins.size() == 1 ? Optional.of(plugins.getFirst()) : Optional.empty());
    ObjectNode stdin = one.map(PluginConf::json).orElseGet(() -> wrapped(plugins, network));
    return stdin.put("cniVersion", network.version().text()).put("name", network.name().value());
  }

  /** A whole chain is one network of ours, since one call of a plugin cannot be several. */
  private static ObjectNode wrapped(List<PluginConf> plugins, NetworkConf network) {
    ObjectNode stdin = Json.newObject().put("type", "patchbay");
    ObjectNode list =
        stdin
            .putArray("delegates")
            .addObject()
            .put("cniVersion", network.version().text())
            .put("name", network.name().value());
    ArrayNode chain = list.putArray("plugins");
    plugins.forEach(plugin -> chain.add(plugin.json()));
    return stdin;
  }

  private static CommandFailure refused(CniException e, String next) {
    String details = e.error().details();
    return new CommandFailure(
        CommandFailure.FAILED,
        e.error().msg() + (details.isEmpty() ? "" : "; " + details),
        next,
        e);
  }
}

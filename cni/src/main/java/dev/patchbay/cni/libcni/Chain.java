package dev.patchbay.cni.libcni;

import dev.patchbay.cni.conf.NetworkConf;
import dev.patchbay.cni.conf.PluginConf;
import dev.patchbay.cni.conf.PluginRequest;
import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.json.Json;
import dev.patchbay.cni.result.convert.Results;
import dev.patchbay.cni.skel.CniCommand;
import dev.patchbay.cni.skel.ValidAttachments;
import dev.patchbay.cni.version.CniVersion;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which plugins of a network are called with what, in which order (CNI spec 1.1.0, section 3). Only
 * makes the calls; {@link ChainDriver} runs them.
 */
public final class Chain {
  private static final String DUMMY = "dummy";

  private Chain() {}

  /**
   * ADD of one plugin.
   *
   * @param prevResult what the plugin before it answered; absent for the first
   */
  public static PluginCall add(
      NetworkConf network,
      PluginConf plugin,
      RuntimeConf runtime,
      Optional<ObjectNode> prevResult) {
    return attachment(CniCommand.ADD, network, plugin, runtime, prevResult);
  }

  /**
   * DEL of every plugin, last one first. All get the final result, but not before version 0.4.0.
   *
   * @param result of the ADD; absent when it is not known
   */
  public static List<PluginCall> del(
      NetworkConf network, RuntimeConf runtime, Optional<ObjectNode> result) {
    Optional<ObjectNode> sent =
        network.version().atLeast(CniVersion.V0_4_0) ? result : Optional.empty();
    return network.plugins().reversed().stream()
        .map(plugin -> attachment(CniCommand.DEL, network, plugin, runtime, sent))
        .toList();
  }

  /**
   * CHECK of every plugin, none when the network forbids it. Refuses with code 1 a network older
   * than 0.4.0.
   *
   * @param result of the ADD
   */
  public static List<PluginCall> check(
      NetworkConf network, RuntimeConf runtime, ObjectNode result) {
    if (!network.version().atLeast(CniCommand.CHECK.since())) {
      throw CniException.of(
          CniError.INCOMPATIBLE_VERSION,
          network.origin()
              + ": cniVersion is "
              + network.version()
              + ", but CHECK needs at least "
              + CniCommand.CHECK.since());
    }
    if (network.disableCheck()) {
      return List.of();
    }
    return network.plugins().stream()
        .map(plugin -> attachment(CniCommand.CHECK, network, plugin, runtime, Optional.of(result)))
        .toList();
  }

  /** GC of every plugin; none when the network forbids it or is older than 1.1.0. */
  public static List<PluginCall> gc(
      NetworkConf network,
      ValidAttachments valid,
      List<String> path,
      Map<String, String> environment) {
    if (network.disableGc() || !network.version().atLeast(CniCommand.GC.since())) {
      return List.of();
    }
    return network.plugins().stream()
        .map(plugin -> {
          ObjectNode request = PluginRequest.BARE.of(network, plugin);
          valid.write(request);
          return bare(CniCommand.GC, plugin, request, path, environment);
        })
        .toList();
  }

  /** STATUS of every plugin; none when the network is older than 1.1.0. */
  public static List<PluginCall> status(
      NetworkConf network, List<String> path, Map<String, String> environment) {
    if (!network.version().atLeast(CniCommand.STATUS.since())) {
      return List.of();
    }
    return network.plugins().stream()
        .map(plugin ->
            bare(
                CniCommand.STATUS,
                plugin,
                PluginRequest.BARE.of(network, plugin),
                path,
                environment))
        .toList();
  }

  /**
   * VERSION of one plugin. Old ones look for variables that mean nothing here: they get dummies.
   */
  public static PluginCall version(
      String type, List<String> path, Map<String, String> environment) {
    return new PluginCall(
        CniCommand.VERSION,
        type,
        Json.text(Json.newObject().put("cniVersion", CniVersion.LATEST.text())),
        "",
        DUMMY,
        DUMMY,
        "",
        path,
        environment);
  }

  private static PluginCall attachment(
      CniCommand command,
      NetworkConf network,
      PluginConf plugin,
      RuntimeConf runtime,
      Optional<ObjectNode> prevResult) {
    Optional<ObjectNode> converted =
        prevResult.map(
            json -> Results.convert(json, network.version(), "prevResult of " + network.name()));
    PluginRequest request =
        new PluginRequest(converted, runtime.capabilityArgs(), runtime.cniArgs());
    return new PluginCall(
        command,
        plugin.type(),
        Json.text(request.of(network, plugin)),
        runtime.attachment().container().value(),
        runtime.netns().orElse(""),
        runtime.attachment().ifName().value(),
        runtime.args().toString(),
        runtime.path(),
        runtime.environment());
  }

  private static PluginCall bare(
      CniCommand command,
      PluginConf plugin,
      ObjectNode request,
      List<String> path,
      Map<String, String> environment) {
    return new PluginCall(
        command, plugin.type(), Json.text(request), "", "", "", "", path, environment);
  }
}

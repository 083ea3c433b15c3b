package dev.patchbay.cni.libcni;

import dev.patchbay.cni.conf.VersionChoice;
import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.json.Fields;
import dev.patchbay.cni.json.Json;
import dev.patchbay.cni.result.convert.Results;
import dev.patchbay.cni.skel.CniCommand;
import dev.patchbay.cni.version.CniVersion;
import dev.patchbay.core.plan.ExecOp;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * One call of a plugin, as the kernel will see it.
 *
 * @param command CNI_COMMAND
 * @param type the plugin's executable
 * @param conf what it gets on stdin, as JSON
 * @param containerId CNI_CONTAINERID; empty for GC, STATUS and VERSION
 * @param netns CNI_NETNS; empty when there is none
 * @param ifName CNI_IFNAME; empty for GC and STATUS
 * @param args CNI_ARGS
 * @param path the folders to search, best first; CNI_PATH
 * @param environment the caller's whole environment; CNI_* in it is overwritten
 */
public record PluginCall(
    CniCommand command,
    String type,
    String conf,
    String containerId,
    String netns,
    String ifName,
    String args,
    List<String> path,
    Map<String, String> environment) {
  /** Copies list and map. */
  public PluginCall {
    path = List.copyOf(path);
    environment = Map.copyOf(environment);
  }

  /**
   * The call of a plan's step.
   *
   * @param prevResult the result of the plugins before as JSON, or empty; it is converted to the
   *     version of the configuration
   * @param environment the caller's whole environment
   */
  public static PluginCall of(
      CniCommand command,
      ExecOp.DelegateCall call,
      Optional<String> prevResult,
      Map<String, String> environment) {
    ObjectNode conf = Json.object(call.conf(), "configuration of " + call.type());
    CniVersion version = version(conf, call.type());
    prevResult.ifPresent(text -> {
      String origin = "prevResult for " + call.type();
      conf.set("prevResult", Results.convert(Json.object(text, origin), version, origin));
    });
    return new PluginCall(
        command,
        call.type(),
        Json.text(conf),
        call.containerId(),
        call.netns().path(),
        call.ifName().value(),
        call.args(),
        call.path(),
        environment);
  }

  /** The version of the configuration, in which the plugin answers. */
  public CniVersion version() {
    return version(Json.object(conf, "configuration of " + type), type);
  }

  /** The environment of the plugin's process: the caller's, with all six variables of CNI. */
  public Map<String, String> processEnvironment() {
    Map<String, String> all = new HashMap<>(environment);
    all.put("CNI_COMMAND", command.name());
    all.put("CNI_CONTAINERID", containerId);
    all.put("CNI_NETNS", netns);
    all.put("CNI_ARGS", args);
    all.put("CNI_IFNAME", ifName);
    all.put("CNI_PATH", String.join(":", path));
    return all;
  }

  /** The same with other folders to search. */
  public PluginCall withPath(List<String> folders) {
    return new PluginCall(
        command, type, conf, containerId, netns, ifName, args, folders, environment);
  }

  private static CniVersion version(ObjectNode conf, String type) {
    return VersionChoice.ofRequest(
        Fields.of(conf, "configuration of " + type, CniError.INVALID_NETWORK_CONFIG));
  }
}

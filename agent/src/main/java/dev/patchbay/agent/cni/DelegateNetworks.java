package dev.patchbay.agent.cni;

import dev.patchbay.agent.config.AgentConfig;
import dev.patchbay.agent.resolve.Resolver;
import dev.patchbay.cni.conf.NetworkConf;
import dev.patchbay.cni.conf.PluginConf;
import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.libcni.Chain;
import dev.patchbay.cni.libcni.ExecOutcome;
import dev.patchbay.cni.libcni.PluginCall;
import dev.patchbay.cni.libcni.PluginExec;
import dev.patchbay.cni.skel.ValidAttachments;
import dev.patchbay.core.plan.AttachFailure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Hands GC and STATUS on to the third-party plugins of a network (CNI spec 1.1.0, section 4): to
 * those that make links, and to the IPAM plugins of links that we make.
 *
 * @param config where plugins are, and whether we do the work of those that we know
 * @param exec runs them
 */
record DelegateNetworks(AgentConfig config, PluginExec exec) {
  private static final Set<String> OUR_IPAM = Set.of("host-local", "static");

  /** Asks every plugin for its GC; returns what failed, in words. */
  List<String> collect(
      NetworkConf network,
      ValidAttachments valid,
      List<Path> path,
      Map<String, String> environment) {
    return Chain.gc(network, valid, folders(path), environment).stream()
        .flatMap(call -> foreign(call, network).stream())
        .flatMap(call -> failure(call).stream())
        .map(AttachFailure::message)
        .toList();
  }

  /**
   * The first plugin that is not available, with its own code; one that cannot even be asked counts
   * as 50.
   */
  Optional<CniError> status(NetworkConf network, List<Path> path) {
    return Chain.status(network, folders(path), Map.of()).stream()
        .flatMap(call -> foreign(call, network).stream())
        .flatMap(call -> failure(call).stream())
        .findFirst()
        .map(DelegateNetworks::unavailable);
  }

  private static CniError unavailable(AttachFailure why) {
    CniError said = CniError.of(why);
    boolean ofStatus =
        said.code() == CniError.NOT_AVAILABLE || said.code() == CniError.NOT_AVAILABLE_LIMITED;
    return ofStatus ? said : new CniError(CniError.NOT_AVAILABLE, said.msg(), said.details());
  }

  private Optional<AttachFailure> failure(PluginCall call) {
    try {
      ExecOutcome outcome = exec.run(call);
      return outcome.failure();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return Optional.of(new AttachFailure.Cancelled("the end of the agent"));
    }
  }

  /** The call for the plugin itself, or for its IPAM plugin when the rest of its work is ours. */
  private List<PluginCall> foreign(PluginCall call, NetworkConf network) {
    if (!config.nativeKinds() || !Resolver.nativeTypes().contains(call.type())) {
      return List.of(call);
    }
    List<PluginCall> calls = new ArrayList<>();
    for (PluginConf plugin : network.plugins()) {
      String ipam = plugin.json().path("ipam").path("type").asString("");
      if (plugin.type().equals(call.type()) && !ipam.isEmpty() && !OUR_IPAM.contains(ipam)) {
        calls.add(
            new PluginCall(
                call.command(),
                ipam,
                call.conf(),
                call.containerId(),
                call.netns(),
                call.ifName(),
                call.args(),
                call.path(),
                call.environment()));
      }
    }
    return calls;
  }

  private List<String> folders(List<Path> path) {
    return Stream.concat(path.stream(), config.delegateDirs().stream())
        .map(Path::toString)
        .distinct()
        .toList();
  }
}

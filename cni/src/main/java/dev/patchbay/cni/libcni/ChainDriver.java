package dev.patchbay.cni.libcni;

import dev.patchbay.cni.conf.NetworkConf;
import dev.patchbay.cni.conf.PluginConf;
import dev.patchbay.cni.json.Json;
import dev.patchbay.cni.skel.ValidAttachments;
import dev.patchbay.core.plan.AttachFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * Runs whole chains as a small runtime would: for the CLI and for tests. The agent runs the single
 * calls of its plans instead.
 *
 * @param exec runs one plugin
 */
public record ChainDriver(PluginExec exec) {
  /**
   * How a chain ended.
   *
   * @param result of an ADD's last plugin that answered; empty for the other commands
   * @param failures in the order they happened; empty when all went well
   */
  public record Ended(ObjectNode result, List<AttachFailure> failures) {
    /** Copies the list. */
    public Ended {
      failures = List.copyOf(failures);
    }

    /** Whether every plugin did as asked. */
    public boolean succeeded() {
      return failures.isEmpty();
    }
  }

  /** ADD, first plugin first, to the first failure. Undoing it by DEL is the caller's. */
  public Ended add(NetworkConf network, RuntimeConf runtime) throws InterruptedException {
    Optional<ObjectNode> result = Optional.empty();
    for (PluginConf plugin : network.plugins()) {
      ExecOutcome outcome = exec.run(Chain.add(network, plugin, runtime, result));
      if (!(outcome instanceof ExecOutcome.Succeeded(var answer))) {
        return new Ended(result.orElseGet(Json::newObject), outcome.failure().stream().toList());
      }
      result = answer;
    }
    return new Ended(result.orElseGet(Json::newObject), List.of());
  }

  /** DEL, last plugin first, to the first failure. */
  public Ended del(NetworkConf network, RuntimeConf runtime, Optional<ObjectNode> result)
      throws InterruptedException {
    return untilFailure(Chain.del(network, runtime, result));
  }

  /** CHECK, first plugin first, to the first failure. */
  public Ended check(NetworkConf network, RuntimeConf runtime, ObjectNode result)
      throws InterruptedException {
    return untilFailure(Chain.check(network, runtime, result));
  }

  /** GC of every plugin, whatever the others say; all failures are kept. */
  public Ended gc(
      NetworkConf network,
      ValidAttachments valid,
      List<String> path,
      Map<String, String> environment)
      throws InterruptedException {
    List<AttachFailure> failures = new ArrayList<>();
    for (PluginCall call : Chain.gc(network, valid, path, environment)) {
      exec.run(call).failure().ifPresent(failures::add);
    }
    return new Ended(Json.newObject(), failures);
  }

  /** STATUS, first plugin first, to the first failure. */
  public Ended status(NetworkConf network, List<String> path, Map<String, String> environment)
      throws InterruptedException {
    return untilFailure(Chain.status(network, path, environment));
  }

  /** The versions that a plugin says it speaks, of those that we know. */
  public VersionProbe.Answer version(
      String type, List<String> path, Map<String, String> environment) throws InterruptedException {
    return VersionProbe.read(type, exec.run(Chain.version(type, path, environment)));
  }

  private Ended untilFailure(List<PluginCall> calls) throws InterruptedException {
    for (PluginCall call : calls) {
      Optional<AttachFailure> failure = exec.run(call).failure();
      if (failure.isPresent()) {
        return new Ended(Json.newObject(), List.of(failure.get()));
      }
    }
    return new Ended(Json.newObject(), List.of());
  }
}

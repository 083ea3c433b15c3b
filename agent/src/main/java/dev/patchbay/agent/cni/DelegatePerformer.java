package dev.patchbay.agent.cni;

import dev.patchbay.agent.socket.Cancellation;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.json.Json;
import dev.patchbay.cni.libcni.ExecOutcome;
import dev.patchbay.cni.libcni.PluginCall;
import dev.patchbay.cni.libcni.PluginExec;
import dev.patchbay.cni.result.convert.Results;
import dev.patchbay.cni.skel.CniCommand;
import dev.patchbay.cni.version.CniVersion;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.DelegateResult;
import dev.patchbay.core.plan.ExecOp;
import dev.patchbay.core.plan.HostObserver;
import dev.patchbay.core.plan.Lease;
import dev.patchbay.core.plan.Performed;
import dev.patchbay.core.plan.Performers;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Does the exec ops of a plan: one call of one plugin each, in the caller's environment. An ADD
 * ends when the caller goes away; a DEL is always let finish.
 *
 * @param exec runs plugins
 * @param host tells whether a namespace is still the one that is meant
 * @param folders searched after those of the call
 * @param environment the caller's
 * @param cancellation whether the caller has gone
 */
public record DelegatePerformer(
    PluginExec exec,
    HostObserver host,
    List<String> folders,
    Map<String, String> environment,
    Cancellation cancellation)
    implements Performers.Delegates {
  /** Copies list and map. */
  public DelegatePerformer {
    folders = List.copyOf(folders);
    environment = Map.copyOf(environment);
  }

  @Override
  public Performed execute(ExecOp op, Bindings bound) {
    try {
      return switch (op) {
        case ExecOp.Add(var call, var prior, var result) ->
            run(
                CniCommand.ADD,
                call,
                prior,
                bound,
                answer -> Performed.yielding(result, new DelegateResult(answer)));
        case ExecOp.Allocate(var call, var lease) ->
            run(
                CniCommand.ADD,
                call,
                ExecOp.Prior.NONE,
                bound,
                answer -> Performed.yielding(lease, lease(call.type(), answer)));
        case ExecOp.Check(var call, var prior) ->
            run(CniCommand.CHECK, call, prior, bound, _ -> Performed.done());
        case ExecOp.Del(var call, var prior) ->
            run(CniCommand.DEL, call, prior, bound, _ -> Performed.done());
      };
    } catch (CniException e) {
      return new Performed.Failed(
          new AttachFailure.DelegateBroke(op.call().type(), e.error().toString()));
    }
  }

  private static Lease lease(String type, String answer) {
    String origin = "result of IPAM plugin " + type;
    return new Lease(
        NicResults.addressing(
            Results.read(Json.object(answer, origin), CniVersion.V1_1_0, origin)));
  }

  private interface Reading {
    Performed of(String answer);
  }

  private Performed run(
      CniCommand command,
      ExecOp.DelegateCall call,
      ExecOp.Prior prior,
      Bindings bound,
      Reading reading) {
    Optional<String> prevResult =
        NicResults.of(prior, bound)
            .map(result -> Json.text(Results.write(result, CniVersion.V1_1_0)));
    PluginCall asked =
        PluginCall.of(command, call, verbatim(prior, bound).or(() -> prevResult), environment);
    ExecOutcome outcome =
        runToEnd(
            ofItsOwn(call.netns(), asked)
                .withPath(
                    Stream.concat(asked.path().stream(), folders.stream()).distinct().toList()));
    Optional<AttachFailure> failure = outcome.failure();
    if (failure.isPresent()) {
      return new Performed.Failed(failure.get());
    }
    return outcome instanceof ExecOutcome.Succeeded(var answer) && answer.isPresent()
        ? reading.of(Json.text(answer.get()))
        : reading.of("{}");
  }

  /**
   * A plugin deletes by name what it finds at the path, so a DEL does not name a namespace that is
   * gone or has become another (CNI spec 1.1.0, section 2: CNI_NETNS may be left out).
   */
  private PluginCall ofItsOwn(Netns netns, PluginCall call) {
    return call.command() != CniCommand.DEL
            || host.identify(netns) instanceof HostObserver.Identity.There
        ? call
        : new PluginCall(
            call.command(),
            call.type(),
            call.conf(),
            call.containerId(),
            "",
            call.ifName(),
            call.args(),
            call.path(),
            call.environment());
  }

  /**
   * A foreign result is handed on with its keys that we do not know, unless something has changed
   * the link since.
   */
  private static Optional<String> verbatim(ExecOp.Prior prior, Bindings bound) {
    return prior.tuned().isEmpty()
        ? prior.delegate().flatMap(bound::result).map(DelegateResult::json)
        : Optional.empty();
  }

  private ExecOutcome runToEnd(PluginCall call) {
    boolean mayBeCut = call.command() == CniCommand.ADD || call.command() == CniCommand.CHECK;
    try {
      if (!mayBeCut) {
        return exec.run(call);
      }
      try (var _ = cancellation.interruptible()) {
        return exec.run(call);
      }
    } catch (InterruptedException _) {
      return new ExecOutcome.Broke(
          new AttachFailure.Cancelled("the caller, while plugin " + call.type() + " was running"));
    }
  }
}

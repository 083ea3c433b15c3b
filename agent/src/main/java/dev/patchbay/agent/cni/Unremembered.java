package dev.patchbay.agent.cni;

import dev.patchbay.agent.config.AgentConfig;
import dev.patchbay.agent.reconcile.Edges;
import dev.patchbay.agent.reconcile.NodeReconciler;
import dev.patchbay.agent.reconcile.NodeReconciler.Detached;
import dev.patchbay.agent.reconcile.Operation;
import dev.patchbay.agent.reconcile.Wanted;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.skel.CniRequest;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.plan.Sandbox;
import java.nio.file.Path;
import java.util.Optional;

/**
 * DEL of NICs that only a journal knew which was damaged and set aside: what ADD would plan now is
 * undone. Names of links and holders of addresses derive from container and interface, and
 * third-party plugins get their DEL with the configuration that came with this one.
 *
 * @param config where networks are defined
 * @param edges tells whether a namespace is there
 * @param reconciler undoes
 */
record Unremembered(AgentConfig config, Edges edges, NodeReconciler reconciler) {
  /** For a sandbox whose namespace is gone: nothing is looked for in there. */
  private static final Netns GONE = Netns.at("/run/netns/gone").ofEarlierBoot();

  /** What is left, in words; empty when nothing is. */
  Optional<String> release(CniRequest.Del request, Operation operation, String runtime) {
    try {
      Party party = Party.of(request, runtime);
      Selection selection = party.asking(config, edges.vpcs()).selection();
      Wanted wanted =
          new Wanted(
              sandbox(request, party),
              party.caller(),
              selection.attachments(),
              selection.primary());
      return switch (reconciler.detachUnknown(wanted, operation)) {
        case Detached.Gone() -> Optional.empty();
        case Detached.Owed(var why, var owed) -> Optional.of(owed + ": " + why.message());
        case Detached.Left(var why, var left) ->
            Optional.of(String.join(", ", left) + ": " + why.message());
      };
    } catch (CniException e) {
      return Optional.of("what its networks were: " + e.error().msg());
    }
  }

  private Sandbox sandbox(CniRequest.Del request, Party party) {
    Netns netns =
        request
            .netns()
            .filter(path -> !path.isEmpty())
            .flatMap(new NetnsRule(config.netnsRoots(), edges.host())::find)
            .orElse(GONE);
    return new Sandbox(
        party.owner(),
        party.containerId(),
        netns,
        request.args().toString(),
        request.path().stream().map(Path::toString).toList());
  }
}

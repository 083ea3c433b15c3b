package dev.patchbay.agent.api;

import dev.patchbay.agent.journal.Journal;
import dev.patchbay.agent.journal.NicKey;
import dev.patchbay.agent.journal.Story;
import dev.patchbay.agent.reconcile.ContainerLocks;
import dev.patchbay.agent.reconcile.NodeReconciler;
import dev.patchbay.agent.reconcile.NodeReconciler.Attached;
import dev.patchbay.agent.reconcile.Operation;
import dev.patchbay.agent.reconcile.Place;
import dev.patchbay.agent.reconcile.Wanted;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.AttachPlanner.Planning;
import dev.patchbay.core.plan.Attachment;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code plug}: one more NIC for a running container, by the same plan and lock as the runtime's
 * ADD. It goes with {@code unplug} or with the container's last DEL.
 */
record PlugVerb(
    Places places,
    Plugging plugging,
    Journal journal,
    NodeReconciler reconciler,
    ContainerLocks locks,
    Clock clock)
    implements Verb {
  @Override
  public ObjectNode answer(Ask ask) {
    String network = ask.fields().required("network");
    Optional<String> netns = ask.fields().filled("netns");
    String containerId = places.containerId(ask.fields());
    try (var _ = locks.hold(containerId)) {
      Place place = places.of(containerId, netns);
      Plugging.Resolved resolved =
          plugging.resolve(place, List.of(network), "patchbay plug", ask.fields());
      return switch (reconciler.plan(resolved.wanted())) {
        case Planning.Refused(var attachment, var why) -> {
          tell(place, attachment, why);
          throw refusal(place, attachment, why, List.of());
        }
        case Planning.Ready ready ->
            ask.fields().flag("dryRun")
                ? PlanView.of(place.pod(), ready, resolved.warnings())
                : attached(place, attach(resolved.wanted(), ask), resolved.warnings());
      };
    }
  }

  private Attached attach(Wanted wanted, Ask ask) {
    return reconciler.attach(wanted, new Operation("plug", ask.environment(), ask.cancellation()));
  }

  private static ObjectNode attached(Place place, Attached attached, List<String> warnings) {
    return switch (attached) {
      case Attached.All(var nics) -> {
        ObjectNode answer = Answers.list("NicList", nics.stream().map(NicView::of).toList());
        Answers.texts(answer, "warnings", warnings);
        yield answer;
      }
      case Attached.None(var why, var attachment, var leftBehind) ->
          throw refusal(place, attachment, why, leftBehind);
    };
  }

  private static Refusal refusal(
      Place place, Attachment attachment, AttachFailure why, List<String> leftBehind) {
    return new Refusal(
        place.pod()
            + "/"
            + attachment.ifName()
            + " is not attached to network \""
            + attachment.network()
            + "\": "
            + why.message()
            + "; "
            + why.remedy()
            + (leftBehind.isEmpty()
                ? ""
                : "; left behind and tried again: " + String.join(", ", leftBehind)),
        "patchbay why " + place.pod() + " " + attachment.ifName());
  }

  /** What was refused before it began has no record, but is asked about all the same. */
  private void tell(Place place, Attachment attachment, AttachFailure why) {
    journal.tell(
        new Story(
            new NicKey(place.owner(), attachment.ifName(), place.containerId()),
            place.caller().pod().orElse(""),
            clock.instant(),
            "plug",
            "refused",
            attachment.origin(),
            attachment.network(),
            List.of(),
            why.message() + "; " + why.remedy()));
  }
}

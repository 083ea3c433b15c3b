package dev.patchbay.agent.api;

import dev.patchbay.agent.journal.Journal;
import dev.patchbay.agent.journal.NicRecord;
import dev.patchbay.agent.vm.GuestViews;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** {@code describe nic}: all facts about the NICs of one container, or about one of them. */
record NicVerb(Journal journal, GuestViews guests) implements Verb {
  @Override
  public ObjectNode answer(Ask ask) {
    Targets.Target target = new Targets(journal).live(ask.fields());
    Optional<String> name = ask.fields().filled("nic");
    List<NicRecord> nics = Targets.nics(journal.ofContainer(target.container()));
    List<ObjectNode> found =
        nics.stream()
            .filter(nic -> name.map(nic.key().nic().value()::equals).orElse(true))
            .map(this::described)
            .toList();
    if (found.isEmpty()) {
      throw noNic(target, name.orElse(""), nics);
    }
    return Answers.list("NicList", found);
  }

  /** The refusal of a NIC that the container does not have. */
  static Refusal noNic(Targets.Target target, String name, List<NicRecord> nics) {
    return new Refusal(
        target
            + " has no NIC \""
            + name
            + "\"; it has "
            + String.join(", ", nics.stream().map(nic -> nic.key().nic().value()).toList()),
        "patchbay why " + target);
  }

  private ObjectNode described(NicRecord nic) {
    RefText refs = RefText.of(List.of(nic));
    ObjectNode node = NicView.of(nic, guests);
    node.set("steps", PlanView.steps(nic.planned().plan(), refs));
    var stories = node.putArray("stories");
    journal.stories(nic.key().incarnation()).stream()
        .filter(story -> story.key().equals(nic.key()))
        .map(story -> WhyVerb.story(story, refs))
        .forEach(stories::add);
    return node;
  }
}

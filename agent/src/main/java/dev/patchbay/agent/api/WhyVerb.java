package dev.patchbay.agent.api;

import dev.patchbay.agent.journal.Journal;
import dev.patchbay.agent.journal.NicRecord;
import dev.patchbay.agent.journal.Story;
import dev.patchbay.cni.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code why}: what happened to the NICs of a container, whether they are still there or not. */
record WhyVerb(Journal journal) implements Verb {
  @Override
  public ObjectNode answer(Ask ask) {
    Targets.Target target = new Targets(journal).known(ask.fields());
    Optional<String> wanted = ask.fields().filled("nic");
    Map<String, List<Story>> stories = new LinkedHashMap<>();
    for (Story story : journal.stories(target.container())) {
      stories.computeIfAbsent(story.key().nic().value(), _ -> new ArrayList<>()).add(story);
    }
    Map<String, NicRecord> records = new LinkedHashMap<>();
    for (NicRecord record : Targets.nics(journal.ofContainer(target.container()))) {
      String nic = record.key().nic().value();
      records.put(nic, record);
      stories.computeIfAbsent(nic, _ -> List.of());
    }
    RefText refs = RefText.of(List.copyOf(records.values()));
    List<ObjectNode> items = new ArrayList<>();
    stories.forEach((nic, told) -> {
      if (wanted.map(nic::equals).orElse(true)) {
        items.add(item(target, nic, told, Optional.ofNullable(records.get(nic)), refs));
      }
    });
    if (items.isEmpty()) {
      throw new Refusal(
          target
              + " never had a NIC \""
              + wanted.orElse("")
              + "\"; it had "
              + String.join(", ", stories.keySet()),
          "patchbay why " + target);
    }
    return Answers.list("WhyList", items);
  }

  private static ObjectNode item(
      Targets.Target target,
      String nic,
      List<Story> told,
      Optional<NicRecord> record,
      RefText refs) {
    ObjectNode node = Json.newObject();
    node.put("pod", target.pod()).put("container", target.container()).put("nic", nic);
    node.put("state", record.map(there -> Answers.word(there.state())).orElse("Detached"));
    record.ifPresent(there -> node.set("now", NicView.of(there)));
    ArrayNode stories = node.putArray("stories");
    told.forEach(story -> stories.add(story(story, refs)));
    return node;
  }

  /** One story. */
  static ObjectNode story(Story story, RefText refs) {
    ObjectNode node = Json.newObject();
    node.put("at", story.at().toString());
    node.put("verb", story.verb()).put("outcome", story.outcome());
    node.put("network", story.network()).put("trouble", story.trouble());
    node.set("origin", NicView.origin(story.origin()));
    ArrayNode steps = node.putArray("steps");
    for (Story.Line line : story.steps()) {
      steps.add(
          Json.newObject()
              .put("what", refs.in(line.what()))
              .put("why", line.why())
              .put("micros", line.micros())
              .put("failure", line.failure()));
    }
    return node;
  }
}

package dev.patchbay.agent.cases;

import dev.patchbay.agent.journal.JournalJson;
import dev.patchbay.core.plan.AttachPlanner.Planning;
import dev.patchbay.core.plan.OpText;
import dev.patchbay.core.plan.Outcome;
import dev.patchbay.core.plan.Plan;
import dev.patchbay.core.plan.PlannedNic;
import dev.patchbay.core.plan.Step;
import dev.patchbay.core.plan.UndoPlanner;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A case's plan.yaml: first for people, each op with its reason and its undo, then everything as
 * the journal keeps it.
 */
final class PlanFile {
  private PlanFile() {}

  /** With what detaching comes to when a guest does not let go, where there is a guest. */
  static String of(Case golden, Planning.Ready ready, Optional<Outcome.Pending> held) {
    Map<String, Object> people = new LinkedHashMap<>();
    people.put("about", golden.about());
    people.put("attach", ready.nics().stream().map(PlanFile::nic).toList());
    people.put("afterwards", steps(ready.afterwards()));
    people.put("detach", lines(UndoPlanner.undo(taken(ready))));
    held.ifPresent(pending -> people.put("waitsUntil", OpText.of(pending.until())));
    return file(people, JournalJson.MAPPER.valueToTree(ready));
  }

  static List<Step> taken(Planning.Ready ready) {
    return ready.nics().stream().flatMap(nic -> nic.plan().steps()).toList();
  }

  private static Map<String, Object> nic(PlannedNic nic) {
    Map<String, Object> lines = new LinkedHashMap<>();
    lines.put("nic", nic.attachment().ifName().value());
    lines.put("network", nic.attachment().network());
    lines.put("steps", steps(nic.plan()));
    return lines;
  }

  private static List<Map<String, String>> steps(Plan plan) {
    List<Map<String, String>> all = new ArrayList<>();
    plan.steps()
        .forEach(step -> {
          Map<String, String> lines = new LinkedHashMap<>();
          lines.put("do", OpText.of(step.op()));
          step.undo().ifPresent(undo -> lines.put("undo", OpText.of(undo)));
          lines.put("why", step.why());
          all.add(lines);
        });
    return all;
  }

  private static List<String> lines(Plan plan) {
    return plan.steps().map(step -> OpText.of(step.op())).toList();
  }

  private static String file(Map<String, Object> people, JsonNode journal) {
    return Yaml.write(people) + "---\n" + Yaml.write(journal);
  }
}

package dev.patchbay.agent.api;

import dev.patchbay.agent.journal.JournalJson;
import dev.patchbay.cni.json.Json;
import dev.patchbay.core.plan.AttachPlanner.Planning;
import dev.patchbay.core.plan.OpText;
import dev.patchbay.core.plan.Plan;
import dev.patchbay.core.plan.PlannedNic;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A plan as the command line sees it: steps in words, and the whole value as data. */
final class PlanView {
  private PlanView() {}

  static ObjectNode of(String target, Planning.Ready ready, List<String> warnings) {
    ObjectNode answer = Answers.of("Plan");
    answer.put("target", target);
    ArrayNode nics = answer.putArray("nics");
    ready.nics().forEach(nic -> nics.add(nic(nic)));
    answer.set("afterwards", steps(ready.afterwards(), RefText.UNBOUND));
    Answers.texts(answer, "warnings", warnings);
    answer.set("plan", data(ready.whole()));
    return answer;
  }

  private static ObjectNode nic(PlannedNic nic) {
    ObjectNode node = Json.newObject();
    node.put("nic", nic.attachment().ifName().value());
    node.put("network", nic.attachment().network());
    Answers.texts(node, "chain", nic.attachment().chain().stream().map(NicView::type).toList());
    node.set("origin", NicView.origin(nic.attachment().origin()));
    node.set("steps", steps(nic.plan(), RefText.UNBOUND));
    return node;
  }

  /** The steps in words. */
  static ArrayNode steps(Plan plan, RefText refs) {
    ArrayNode steps = Json.newObject().arrayNode();
    plan.steps()
        .forEach(step ->
            steps.add(
                Json.newObject()
                    .put("op", refs.in(OpText.of(step.op())))
                    .put("undo", step.undo().map(OpText::of).map(refs::in).orElse(""))
                    .put("why", step.why())));
    return steps;
  }

  private static ObjectNode data(Plan plan) {
    String json = JournalJson.MAPPER.writerFor(Plan.class).writeValueAsString(plan);
    return Masked.embedded(Json.object(json, "plan"));
  }
}

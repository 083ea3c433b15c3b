package dev.patchbay.apiserver.admission;

import dev.patchbay.apiserver.fault.Cause;
import dev.patchbay.apiserver.resource.Rules;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A pod's defaults, what may be in it, and what of it may change.
 *
 * @param mostNics how many NICs it may have
 */
record PodRules(int mostNics) implements Rules {
  private static final List<String> RESTARTS = List.of("Always", "OnFailure", "Never");

  @Override
  public void fillIn(ObjectNode object) {
    PodDefaults.fill(object);
  }

  @Override
  public void fillInNew(ObjectNode object) {
    PodDefaults.expect(object);
    NicChange.record(object);
  }

  @Override
  public void keep(ObjectNode before, ObjectNode after) {
    NicChange.keep(before, after);
  }

  @Override
  public List<Cause> wrongWhenCreated(ObjectNode object) {
    JsonNode spec = object.path("spec");
    List<Cause> causes = new ArrayList<>(PodContainers.wrong(spec));
    String restarts = spec.path("restartPolicy").asString("");
    if (!RESTARTS.contains(restarts)) {
      causes.add(
          Cause.notSupported(
              "spec.restartPolicy",
              "\"" + restarts + "\"",
              "\"Always\", \"Never\", \"OnFailure\""));
    }
    causes.addAll(NicList.wrong(spec, mostNics));
    return causes;
  }

  @Override
  public List<Cause> wrongWhenChanged(ObjectNode before, ObjectNode after) {
    List<Cause> causes = new ArrayList<>(PodChange.wrong(before, after));
    causes.addAll(NicChange.wrong(before, after));
    // What was wrong before is told only where it changed.
    Set<Cause> known = new HashSet<>(NicList.wrong(before.path("spec"), mostNics));
    NicList.wrong(after.path("spec"), mostNics).stream()
        .filter(cause -> !known.contains(cause))
        .forEach(causes::add);
    return causes;
  }

  @Override
  public void refuse(ObjectNode before, ObjectNode patch) {
    NicChange.refuse(before, patch);
  }

  /** The node takes the pod's processes and NICs away first. */
  @Override
  public boolean isGraceful(ObjectNode object) {
    return !object.at("/spec/nodeName").asString("").isEmpty();
  }
}

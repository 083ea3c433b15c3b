package dev.patchbay.apiserver.admission;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.patchbay.apiserver.fault.Cause;
import dev.patchbay.apiserver.resource.Rules;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** {@code stringData} becomes data; the type stays. */
record SecretRules() implements Rules {
  @Override
  public void fillIn(ObjectNode object) {
    if (object.path("type").asString("").isEmpty()) {
      object.put("type", "Opaque");
    }
    if (object.remove("stringData") instanceof ObjectNode texts && !texts.isEmpty()) {
      ObjectNode data = object.withObjectProperty("data");
      texts
          .properties()
          .forEach(text ->
              data.put(
                  text.getKey(),
                  Base64.getEncoder()
                      .encodeToString(text.getValue().asString("").getBytes(UTF_8))));
    }
  }

  @Override
  public List<Cause> wrongWhenCreated(ObjectNode object) {
    List<Cause> causes = new ArrayList<>();
    ConfigMapRules.keys(object, "data", causes);
    return causes;
  }

  @Override
  public List<Cause> wrongWhenChanged(ObjectNode before, ObjectNode after) {
    List<Cause> causes = new ArrayList<>();
    if (!before.path("type").equals(after.path("type"))) {
      causes.add(Cause.invalid("type", after.path("type").toString(), "field is immutable"));
    }
    ConfigMapRules.unchanged(before, after, List.of("data"), causes);
    causes.addAll(wrongWhenCreated(after));
    return causes;
  }
}

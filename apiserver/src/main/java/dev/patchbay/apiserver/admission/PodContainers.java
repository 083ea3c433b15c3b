package dev.patchbay.apiserver.admission;

import dev.patchbay.apiserver.fault.Cause;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** What a pod's containers must be by themselves. */
final class PodContainers {
  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

  private static final List<String> POWER = List.of("Running", "Paused", "Suspended", "Shutdown");
  private static final List<String> WHEN_GUEST_ENDS = List.of("stop", "terminate");

  private PodContainers() {}

  static List<Cause> wrong(JsonNode spec) {
    List<Cause> causes = new ArrayList<>();
    if (spec.path("containers").isEmpty()) {
      causes.add(Cause.required("spec.containers", ""));
    }
    boolean isMachine = spec.path("virtualMachine").isObject();
    if (isMachine && spec.path("virtualMachine").path("image").asString("").isEmpty()) {
      causes.add(Cause.required("spec.virtualMachine.image", "what the machine boots from"));
      return causes;
    }
    if (isMachine && spec.path("containers").size() > 1) {
      causes.add(
          Cause.forbidden(
              "spec.containers",
              "a virtual machine is the only container of its pod; leave it out"));
    }
    if (isMachine) {
      JsonNode machine = spec.path("virtualMachine");
      oneOf(machine, "powerSpec", POWER, causes);
      oneOf(machine, "shutdownBehavior", WHEN_GUEST_ENDS, causes);
    }
    names(spec, causes);
    causes.addAll(images(spec));
    return causes;
  }

  private static void oneOf(
      JsonNode machine, String field, List<String> values, List<Cause> causes) {
    String value = machine.path(field).asString("");
    if (!value.isEmpty() && !values.contains(value)) {
      causes.add(
          Cause.invalid(
              "spec.virtualMachine." + field,
              "\"" + value + "\"",
              "must be one of " + String.join(", ", values)));
    }
  }

  private static void names(JsonNode spec, List<Cause> causes) {
    Set<String> seen = new HashSet<>();
    for (String list : List.of("initContainers", "containers")) {
      int index = 0;
      for (JsonNode container : spec.path(list)) {
        String field = "spec." + list + "[" + index++ + "].name";
        String name = container.path("name").asString("");
        if (name.isEmpty()) {
          causes.add(Cause.required(field, ""));
        } else if (!LABEL.matcher(name).matches()) {
          causes.add(
              Cause.invalid(
                  field,
                  "\"" + name + "\"",
                  "must be at most 63 lower case letters, digits or '-', beginning and ending with"
                      + " a letter or digit"));
        } else if (!seen.add(name)) {
          causes.add(Cause.duplicate(field, "\"" + name + "\""));
        }
      }
    }
  }

  /** What is wrong with the images. */
  static List<Cause> images(JsonNode spec) {
    List<Cause> causes = new ArrayList<>();
    for (String list : List.of("initContainers", "containers")) {
      int index = 0;
      for (JsonNode container : spec.path(list)) {
        String field = "spec." + list + "[" + index++ + "].image";
        String image = container.path("image").asString("");
        if (image.isEmpty()) {
          causes.add(Cause.required(field, ""));
        } else if (!image.strip().equals(image)) {
          causes.add(
              Cause.invalid(
                  field, "\"" + image + "\"", "must not have leading or trailing whitespace"));
        }
      }
    }
    return causes;
  }
}

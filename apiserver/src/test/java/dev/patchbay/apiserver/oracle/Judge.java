package dev.patchbay.apiserver.oracle;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Compares our answer with a recorded one, by the rules that came with the recording. */
final class Judge {
  private static final Pattern ANYTHING = Pattern.compile("\\$\\{[^}]*}");

  private Judge() {}

  /** What differs between the recorded object and ours; empty when nothing does. */
  static List<String> object(OracleCase.Recorded recorded, JsonNode ours) {
    Set<String> ignored = Set.copyOf(recorded.strings("ignored"));
    List<String> differences = new ArrayList<>();
    recorded
        .text()
        .path("expect")
        .properties()
        .forEach(expected -> {
          JsonNode wanted = without(expected.getValue(), ignored);
          JsonNode found = without(ours.at(expected.getKey()), ignored);
          boolean mayBeMissing = expected.getValue().isObject() && wanted.isEmpty();
          boolean same = found.isMissingNode() ? mayBeMissing : equal(wanted, found);
          if (!same && !(mayBeMissing && found.isEmpty())) {
            differences.add(expected.getKey() + "\n    real " + wanted + "\n    ours " + found);
          }
        });
    for (String pointer : recorded.strings("absent")) {
      if (!ours.at(pointer).isMissingNode()) {
        differences.add(pointer + " should be absent but is " + ours.at(pointer));
      }
    }
    return differences;
  }

  /** Whether a recorded text, in which {@code ${…}} stands for anything, is ours. */
  static boolean text(String recorded, String ours) {
    String[] parts = ANYTHING.split(recorded, -1);
    String pattern = List.of(parts).stream().map(Pattern::quote).collect(Collectors.joining(".*"));
    return Pattern.compile(pattern, Pattern.DOTALL).matcher(ours).matches();
  }

  /** Whether a recorded tree, in whose texts {@code ${…}} stands for anything, is ours. */
  static boolean matches(JsonNode recorded, JsonNode ours) {
    return switch (recorded) {
      case ObjectNode object ->
          ours.isObject()
              && object.size() == ours.size()
              && object.properties().stream()
                  .allMatch(entry -> matches(entry.getValue(), ours.path(entry.getKey())));
      case ArrayNode array -> {
        boolean same = ours.isArray() && array.size() == ours.size();
        for (int index = 0; same && index < array.size(); index++) {
          same = matches(array.get(index), ours.get(index));
        }
        yield same;
      }
      default ->
          (recorded.isString() && ours.isString())
              ? text(recorded.asString(), ours.asString())
              : equal(recorded, ours);
    };
  }

  /** Whether two trees are equal, numbers by value and members of objects in any order. */
  private static boolean equal(JsonNode one, JsonNode other) {
    return normal(one).equals(normal(other));
  }

  private static JsonNode normal(JsonNode value) {
    if (value.isMissingNode()) {
      return value;
    }
    return JsonMapper.shared().readTree(value.toString());
  }

  private static JsonNode without(JsonNode value, Set<String> ignored) {
    return switch (value) {
      case ObjectNode object -> {
        ObjectNode rest = object.objectNode();
        object
            .properties()
            .forEach(entry -> {
              JsonNode below = without(entry.getValue(), ignored);
              boolean dropped =
                  ignored.contains(entry.getKey())
                      || (entry.getKey().equals("metadata") && below.isObject() && below.isEmpty());
              if (!dropped) {
                rest.set(entry.getKey(), below);
              }
            });
        yield rest;
      }
      case ArrayNode array -> {
        ArrayNode rest = array.arrayNode();
        array.forEach(item -> rest.add(without(item, ignored)));
        yield rest;
      }
      default -> value;
    };
  }
}

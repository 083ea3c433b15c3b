package dev.patchbay.apiserver.resource;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The part of JSONPath that printer columns use: {@code .a.b}, {@code [0]}, {@code [*]}, {@code
 * ['a.b']} and {@code [?(@.type=="Ready")]}.
 */
final class FieldPath {
  private static final Pattern STEP =
      Pattern.compile(
          "\\.([\\w-]+(?:\\\\\\.[\\w-]+)*)"
              + "|\\[(\\d+)]"
              + "|\\[(\\*)]"
              + "|\\['([^']+)']"
              + "|\\[\\?\\(@\\.([\\w-]+)\\s*==\\s*[\"']([^\"']*)[\"']\\)]");

  private final List<Step> steps;

  private sealed interface Step {
    Stream<JsonNode> from(JsonNode node);

    record Field(String name) implements Step {
      @Override
      public Stream<JsonNode> from(JsonNode node) {
        return Stream.of(node.path(name));
      }
    }

    record Item(int index) implements Step {
      @Override
      public Stream<JsonNode> from(JsonNode node) {
        return Stream.of(node.path(index));
      }
    }

    record Every() implements Step {
      @Override
      public Stream<JsonNode> from(JsonNode node) {
        return node.valueStream();
      }
    }

    record Where(String field, String value) implements Step {
      @Override
      public Stream<JsonNode> from(JsonNode node) {
        return node.valueStream().filter(item -> item.path(field).asString("").equals(value));
      }
    }
  }

  private FieldPath(List<Step> steps) {
    this.steps = steps;
  }

  /** Reads one; what is not understood finds nothing. */
  static FieldPath parse(String text) {
    List<Step> steps = new ArrayList<>();
    Matcher matcher = STEP.matcher(text.startsWith("$") ? text.substring(1) : text);
    while (matcher.lookingAt()) {
      steps.add(step(matcher));
      matcher.region(matcher.end(), matcher.regionEnd());
    }
    return matcher.regionStart() == matcher.regionEnd()
        ? new FieldPath(steps)
        : new FieldPath(List.of(new Step.Field("")));
  }

  private static Step step(Matcher matcher) {
    if (matcher.group(1) != null) {
      return new Step.Field(matcher.group(1).replace("\\.", "."));
    }
    if (matcher.group(2) != null) {
      return new Step.Item(Integer.parseInt(matcher.group(2)));
    }
    if (matcher.group(3) != null) {
      return new Step.Every();
    }
    return matcher.group(4) != null
        ? new Step.Field(matcher.group(4))
        : new Step.Where(matcher.group(5), matcher.group(6));
  }

  /** What is there: one value as it is, several as text with commas. */
  JsonNode of(JsonNode object) {
    Stream<JsonNode> found = Stream.of(object);
    for (Step step : steps) {
      found = found.flatMap(step::from);
    }
    List<JsonNode> values = found.filter(value -> !value.isMissingNode()).toList();
    if (values.size() == 1) {
      JsonNode only = values.getFirst();
      return only.isContainer() ? JsonNodeFactory.instance.stringNode(only.toString()) : only;
    }
    return values.isEmpty()
        ? JsonNodeFactory.instance.nullNode()
        : JsonNodeFactory.instance.stringNode(
            String.join(",", values.stream().map(value -> value.asString("")).toList()));
  }
}

package dev.patchbay.apiserver.rest;

import dev.patchbay.apiserver.fault.ApiFault;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * A label selector in its whole grammar: {@code a=b}, {@code a==b}, {@code a!=b}, {@code a in
 * (b,c)}, {@code a notin (b)}, {@code a}, {@code !a}, {@code a>1}, {@code a<1}, separated by
 * commas.
 */
final class LabelSelector implements Predicate<JsonNode> {
  private static final String KEY =
      "(?:[A-Za-z0-9.-]+/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?";
  private static final String VALUE = "[-A-Za-z0-9_.]*";
  private static final Pattern EQUALS =
      Pattern.compile("(" + KEY + ")\\s*(==|=|!=|>|<)\\s*(" + VALUE + ")");
  private static final Pattern IN =
      Pattern.compile("(" + KEY + ")\\s+(in|notin)\\s*\\(([^()]*)\\)");
  private static final Pattern EXISTS = Pattern.compile("(!?)\\s*(" + KEY + ")");

  private final List<Predicate<JsonNode>> requirements;

  private LabelSelector(List<Predicate<JsonNode>> requirements) {
    this.requirements = requirements;
  }

  /** Reads one; throws ApiFault 400 naming the part that cannot be read. */
  static LabelSelector parse(String text) {
    List<Predicate<JsonNode>> all = new ArrayList<>();
    for (String part : parts(text)) {
      all.add(requirement(part.strip(), text));
    }
    return new LabelSelector(all);
  }

  /** A comma within parentheses separates values. */
  private static List<String> parts(String text) {
    return text.isBlank() ? List.of() : Arrays.asList(text.split(",(?![^(]*\\))", -1));
  }

  private static Predicate<JsonNode> requirement(String part, String whole) {
    Matcher in = IN.matcher(part);
    if (in.matches()) {
      Set<String> values =
          Arrays.stream(in.group(3).split(",", -1)).map(String::strip).collect(Collectors.toSet());
      String key = in.group(1);
      return in.group(2).equals("in")
          ? labels -> labels.has(key) && values.contains(value(labels, key))
          : labels -> !labels.has(key) || !values.contains(value(labels, key));
    }
    Matcher equals = EQUALS.matcher(part);
    if (equals.matches()) {
      return comparison(equals.group(1), equals.group(2), equals.group(3));
    }
    Matcher exists = EXISTS.matcher(part);
    if (exists.matches()) {
      boolean wanted = exists.group(1).isEmpty();
      return labels -> labels.has(exists.group(2)) == wanted;
    }
    throw ApiFault.badRequest(
        "unable to parse requirement: \"" + part + "\" of label selector \"" + whole + "\"");
  }

  private static Predicate<JsonNode> comparison(String key, String operator, String value) {
    return switch (operator) {
      case "!=" -> labels -> !labels.has(key) || !value(labels, key).equals(value);
      case ">", "<" ->
          labels -> {
            String there = value(labels, key);
            return there.matches("-?\\d{1,18}")
                && value.matches("-?\\d{1,18}")
                && Long.compare(Long.parseLong(there), Long.parseLong(value))
                    == (operator.equals(">") ? 1 : -1);
          };
      default -> labels -> labels.has(key) && value(labels, key).equals(value);
    };
  }

  private static String value(JsonNode labels, String key) {
    return labels.path(key).asString("");
  }

  @Override
  public boolean test(JsonNode labels) {
    return requirements.stream().allMatch(requirement -> requirement.test(labels));
  }
}

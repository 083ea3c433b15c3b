package dev.patchbay.apiserver.rest;

import dev.patchbay.apiserver.fault.ApiFault;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/**
 * A label selector in its whole grammar: {@code a=b}, {@code a==b}, {@code a!=b}, {@code a in
 * (b,c)}, {@code a notin (b)}, {@code a}, {@code !a}, {@code a>1}, {@code a<1}, separated by
 * commas. Errors have the real server's words.
 */
final class LabelSelector implements Predicate<JsonNode> {
  private static final String NUMBER = "[+-]?\\d{1,18}";

  private final List<Predicate<JsonNode>> requirements;

  private LabelSelector(List<Predicate<JsonNode>> requirements) {
    this.requirements = requirements;
  }

  /** Reads one; throws ApiFault 400 naming the word that cannot be read. */
  static LabelSelector parse(String text) {
    var words = new SelectorWords(text);
    List<Predicate<JsonNode>> all = new ArrayList<>();
    while (!words.peek().isEmpty()) {
      if (!SelectorWords.isName(words.peek()) && !words.peek().equals("!")) {
        throw found(words.peek(), ", expected: !, identifier, or 'end of string'");
      }
      all.add(requirement(words));
      String separator = words.take();
      if (separator.isEmpty()) {
        break;
      }
      if (!separator.equals(",")) {
        throw found(separator, ", expected: ',' or 'end of string'");
      }
      if (!SelectorWords.isName(words.peek()) && !words.peek().equals("!")) {
        throw found(words.peek(), ", expected: identifier after ','");
      }
    }
    return new LabelSelector(all);
  }

  private static ApiFault found(String word, String expected) {
    return ApiFault.badRequest("found '" + word + "'" + expected);
  }

  private static ApiFault unreadable(String word, String expected) {
    return ApiFault.badRequest("unable to parse requirement: found '" + word + "'" + expected);
  }

  private static Predicate<JsonNode> requirement(SelectorWords words) {
    boolean absent = words.peek().equals("!");
    if (absent) {
      words.take();
    }
    String key = words.take();
    if (!SelectorWords.isName(key)) {
      throw unreadable(key, ", expected: identifier");
    }
    QualifiedName.wrong(key)
        .ifPresent(why -> {
          throw ApiFault.badRequest(
              "unable to parse requirement: <nil>: Invalid value: \"" + key + "\": " + why);
        });
    boolean ends = words.peek().isEmpty() || words.peek().equals(",");
    if (absent || ends) {
      return labels -> labels.has(key) != absent;
    }
    String operator = words.take();
    return switch (operator) {
      case "in", "notin" -> membership(key, operator.equals("in"), values(words));
      case "=", "==" -> membership(key, true, Set.of(value(words)));
      case "!=" -> membership(key, false, Set.of(value(words)));
      case ">", "<" -> comparison(key, operator.equals(">") ? 1 : -1, value(words));
      default -> throw unreadable(operator, ", expected: in, notin, =, ==, !=, gt, lt");
    };
  }

  private static String value(SelectorWords words) {
    String word = words.peek();
    if (word.isEmpty() || word.equals(",")) {
      return "";
    }
    if (!SelectorWords.isName(word)) {
      throw unreadable(word, ", expected: identifier");
    }
    return words.take();
  }

  /** Values in parentheses; nothing between commas is the empty value. */
  private static Set<String> values(SelectorWords words) {
    String open = words.take();
    if (!open.equals("(")) {
      throw unreadable(open, " expected: '('");
    }
    Set<String> values = new HashSet<>();
    while (true) {
      values.add(SelectorWords.isName(words.peek()) ? words.take() : "");
      String after = words.take();
      if (after.equals(")")) {
        return values;
      }
      if (!after.equals(",")) {
        throw unreadable(after, ", expected: ',' or ')'");
      }
    }
  }

  private static Predicate<JsonNode> membership(String key, boolean in, Set<String> values) {
    return labels -> (labels.has(key) && values.contains(labels.path(key).asString(""))) == in;
  }

  private static Predicate<JsonNode> comparison(String key, int order, String value) {
    if (!value.matches(NUMBER)) {
      throw ApiFault.badRequest(
          "unable to parse requirement: values[0]: Invalid value: \""
              + value
              + "\": for 'Gt', 'Lt' operators, the value must be an integer");
    }
    long limit = Long.parseLong(value);
    return labels -> {
      String there = labels.path(key).asString("");
      return there.matches(NUMBER) && Long.compare(Long.parseLong(there), limit) == order;
    };
  }

  @Override
  public boolean test(JsonNode labels) {
    return requirements.stream().allMatch(requirement -> requirement.test(labels));
  }
}

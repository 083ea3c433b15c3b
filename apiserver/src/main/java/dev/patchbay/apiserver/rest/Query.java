package dev.patchbay.apiserver.rest;

import dev.patchbay.apiserver.fault.ApiFault;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The query of a URL.
 *
 * @param values name → values, in their order
 */
record Query(Map<String, List<String>> values) {
  /** The first value; empty where it is blank or absent. */
  Optional<String> text(String name) {
    return values.getOrDefault(name, List.of()).stream()
        .findFirst()
        .filter(value -> !value.isEmpty());
  }

  /** Whether it says so: {@code 1}, {@code true}, or without any value. */
  boolean flag(String name) {
    return values.containsKey(name)
        && List.of("1", "true", "").contains(values.get(name).getFirst());
  }

  /** A number, also a negative one; throws ApiFault 400 for a text that is none. */
  OptionalLong number(String name) {
    Optional<String> text = text(name);
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    if (!text.get().matches("[+-]?\\d{1,18}")) {
      throw ApiFault.badRequest("strconv.ParseInt: parsing \"" + text.get() + "\": invalid syntax");
    }
    return OptionalLong.of(Long.parseLong(text.get()));
  }
}

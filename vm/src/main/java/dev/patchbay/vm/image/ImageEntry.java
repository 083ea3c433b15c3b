package dev.patchbay.vm.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An entry of the table.
 *
 * @param name as written: a name, or one in which {@code *} stands for what is between two slashes
 *     or a part of it
 * @param source of a name, given the texts that its stars stand for
 */
record ImageEntry(String name, Function<List<String>, ImageSource> source) {
  private static final String STAR = "*";
  private static final String ANY = "([A-Za-z0-9_][A-Za-z0-9._~+=-]*)";

  boolean isPattern() {
    return name.contains(STAR);
  }

  /** What the name stands for, if this entry is about it. */
  Optional<ImageSource> of(ImageName asked) {
    if (!isPattern()) {
      return asked.value().equals(name) ? Optional.of(source.apply(List.of())) : Optional.empty();
    }
    Matcher matcher = pattern().matcher(asked.value());
    if (!matcher.matches()) {
      return Optional.empty();
    }
    List<String> stars = new ArrayList<>();
    for (int star = 1; star <= matcher.groupCount(); star++) {
      stars.add(matcher.group(star));
    }
    return Optional.of(source.apply(stars));
  }

  /** Puts what the stars stand for in the places of {@code $1}, {@code $2} and so on. */
  static UnaryOperator<String> filled(List<String> stars) {
    return text -> {
      String filled = text;
      for (int star = stars.size(); star >= 1; star--) {
        filled = filled.replace("$" + star, stars.get(star - 1));
      }
      return filled;
    };
  }

  int stars() {
    return (int) name.chars().filter(c -> c == STAR.charAt(0)).count();
  }

  private Pattern pattern() {
    StringBuilder all = new StringBuilder();
    for (String part : name.split("\\*", -1)) {
      all.append(all.isEmpty() ? "" : ANY).append(Pattern.quote(part));
    }
    return Pattern.compile(all.toString());
  }
}

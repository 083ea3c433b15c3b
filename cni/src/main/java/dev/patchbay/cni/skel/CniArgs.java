package dev.patchbay.cni.skel;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The pairs of {@code CNI_ARGS}, in their order.
 *
 * @param pairs at most one {@code =} splits; a later pair of the same key counts
 */
public record CniArgs(List<Pair> pairs) {
  /** No arguments. */
  public static final CniArgs NONE = new CniArgs(List.of());

  /** The pair that makes keys lawful that a plugin does not know. */
  private static final String IGNORE_UNKNOWN = "IgnoreUnknown";

  /**
   * One argument.
   *
   * @param key not empty, without {@code =} and {@code ;}
   * @param value without {@code ;}
   */
  public record Pair(String key, String value) {
    /** Throws IllegalArgumentException when the pair could not be written. */
    public Pair {
      if (key.isEmpty() || key.contains("=") || key.contains(";") || value.contains(";")) {
        throw new IllegalArgumentException(
            "\"" + key + "=" + value + "\" is no pair for CNI_ARGS; write KEY=value without ;");
      }
    }

    @Override
    public String toString() {
      return key + "=" + value;
    }
  }

  /** Copies the list. */
  public CniArgs {
    pairs = List.copyOf(pairs);
  }

  /**
   * Reads {@code K=V;K=V}; the first {@code =} splits. Throws IllegalArgumentException naming a
   * pair that is none, the empty one too.
   */
  public static CniArgs parse(String text) {
    if (text.isEmpty()) {
      return NONE;
    }
    List<Pair> pairs = new ArrayList<>();
    for (String pair : text.split(";", -1)) {
      int equals = pair.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException(
            "pair "
                + (pairs.size() + 1)
                + " is \""
                + pair
                + "\"; write KEY=value, with one ; between pairs and none at the end");
      }
      pairs.add(new Pair(pair.substring(0, equals), pair.substring(equals + 1)));
    }
    return new CniArgs(pairs);
  }

  /** The value of a key. */
  public Optional<String> value(String key) {
    return pairs.stream()
        .filter(pair -> pair.key().equals(key))
        .map(Pair::value)
        .reduce((_, last) -> last);
  }

  /**
   * The keys that a plugin does not know and that it must refuse: none when {@code IgnoreUnknown}
   * is set.
   */
  public Set<String> refusedBeside(Set<String> known) {
    String ignore = value(IGNORE_UNKNOWN).orElse("").toLowerCase(Locale.ROOT);
    if (ignore.equals("1") || ignore.equals("true")) {
      return Set.of();
    }
    return pairs.stream()
        .map(Pair::key)
        .filter(key -> !key.equals(IGNORE_UNKNOWN) && !known.contains(key))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** As in {@code CNI_ARGS}. */
  @Override
  public String toString() {
    return pairs.stream().map(Pair::toString).collect(Collectors.joining(";"));
  }
}

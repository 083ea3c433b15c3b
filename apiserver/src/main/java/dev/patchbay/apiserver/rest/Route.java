package dev.patchbay.apiserver.rest;

import dev.patchbay.apiserver.fault.ApiFault;
import dev.patchbay.apiserver.resource.Kind;
import dev.patchbay.apiserver.resource.Kinds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What a path is about. */
sealed interface Route {
  /** Something that is not an object. */
  record Document(String path) implements Route {}

  /**
   * Objects of a kind.
   *
   * @param kind which
   * @param namespace where; empty for cluster-wide kinds and for all namespaces
   * @param name which object; empty for a collection
   * @param subresource such as {@code status}; empty for the object itself
   * @param watches whether the path itself, in the old form, asks for a watch
   */
  record Objects(
      Kind kind,
      Optional<String> namespace,
      Optional<String> name,
      String subresource,
      boolean watches)
      implements Route {
    /** The namespace of keys. */
    String space() {
      return namespace.orElse("");
    }
  }

  /** Reads a path; throws ApiFault for a resource that is not served. */
  static Route of(String path, Kinds kinds) {
    List<String> words =
        Arrays.stream(path.split("/", -1)).filter(word -> !word.isEmpty()).toList();
    boolean core = words.size() > 2 && words.getFirst().equals("api");
    boolean group = words.size() > 3 && words.getFirst().equals("apis");
    if ((!core && !group) || (group && Discovery.REVIEWS.containsKey(words.get(1)))) {
      return new Document(path);
    }
    String groupName = core ? "" : words.get(1);
    String version = words.get(core ? 1 : 2);
    return objects(
        kinds, groupName, version, new ArrayList<>(words.subList(core ? 2 : 3, words.size())));
  }

  private static Route objects(Kinds kinds, String group, String version, List<String> words) {
    boolean watches = words.getFirst().equals("watch");
    if (watches) {
      words.removeFirst();
    }
    Optional<String> namespace = Optional.empty();
    // /namespaces/NAME is the namespace itself, /namespaces/NAME/PLURAL is what lies in it.
    if (words.size() > 2
        && words.getFirst().equals("namespaces")
        && !List.of("status", "finalize").contains(words.get(2))) {
      namespace = Optional.of(words.get(1));
      words.subList(0, 2).clear();
    }
    if (words.isEmpty() || words.size() > 3) {
      throw ApiFault.noResource();
    }
    boolean known = kinds.all().stream().anyMatch(kind -> kind.group().equals(group));
    Kind kind =
        kinds
            .find(group, version, words.getFirst())
            .orElseThrow(known ? ApiFault::noResource : ApiFault::noPage);
    boolean named = words.size() > 1;
    if (namespace.isPresent() != kind.isNamespaced() && (namespace.isPresent() || named)) {
      throw ApiFault.noResource();
    }
    return new Objects(
        kind,
        namespace,
        named ? Optional.of(words.get(1)) : Optional.empty(),
        words.size() > 2 ? words.get(2) : "",
        watches);
  }
}

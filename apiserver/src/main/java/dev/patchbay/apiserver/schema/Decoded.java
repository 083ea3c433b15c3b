package dev.patchbay.apiserver.schema;

import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * A body that was read.
 *
 * @param tree the value; of a name that came twice, the last
 * @param duplicates paths of names that came twice, such as {@code data.a}
 */
public record Decoded(JsonNode tree, List<String> duplicates) {
  /** Copies the list. */
  public Decoded {
    duplicates = List.copyOf(duplicates);
  }
}

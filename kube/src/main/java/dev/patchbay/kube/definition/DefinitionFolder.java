package dev.patchbay.kube.definition;

import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.json.Fields;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/**
 * A folder of {@link NetworkAttachmentDefinition}s as it was when it was read: {@code *.yaml} and
 * {@code *.yml} with any number of documents, {@code *.json}, and lists as kubectl prints them. A
 * file with a mistake counts as a whole not at all, and does not hide the others.
 *
 * @param definitions what could be read and is defined once, by file name
 * @param duplicates {@code namespace/name} of what is defined twice → the refusal
 * @param problems one refusal per file that could not be read and per duplicate
 */
public record DefinitionFolder(
    List<NetworkAttachmentDefinition> definitions,
    Map<String, CniError> duplicates,
    List<CniError> problems) {
  /** No folder. */
  public static final DefinitionFolder NONE = new DefinitionFolder(List.of(), Map.of(), List.of());

  private static final List<String> ENDINGS = List.of(".json", ".yaml", ".yml");

  /** Copies the collections. */
  public DefinitionFolder {
    definitions = List.copyOf(definitions);
    duplicates = Map.copyOf(duplicates);
    problems = List.copyOf(problems);
  }

  /** Reads the folder; a missing one has no definitions. Subfolders are not read. */
  public static DefinitionFolder read(Path folder) {
    Map<String, NetworkAttachmentDefinition> byKey = new LinkedHashMap<>();
    Map<String, CniError> duplicates = new LinkedHashMap<>();
    List<CniError> problems = new ArrayList<>();
    for (Path file : list(folder, problems)) {
      try {
        for (NetworkAttachmentDefinition definition : definitions(file)) {
          NetworkAttachmentDefinition first = byKey.putIfAbsent(definition.key(), definition);
          if (first != null) {
            duplicates.put(definition.key(), duplicate(first, definition));
          }
        }
      } catch (CniException e) {
        problems.add(e.error());
      }
    }
    problems.addAll(duplicates.values());
    // Which of the two was meant cannot be known, so neither counts.
    byKey.keySet().removeAll(duplicates.keySet());
    return new DefinitionFolder(List.copyOf(byKey.values()), duplicates, problems);
  }

  /** The definition of that name; refuses when there are two of it. */
  public Optional<NetworkAttachmentDefinition> find(String namespace, String name) {
    String key = namespace + "/" + name;
    CniError twice = duplicates.get(key);
    if (twice != null) {
      throw new CniException(twice);
    }
    return definitions.stream().filter(definition -> definition.key().equals(key)).findFirst();
  }

  private static List<Path> list(Path folder, List<CniError> problems) {
    try {
      return TextFile.list(folder, ENDINGS);
    } catch (CniException e) {
      problems.add(e.error());
      return List.of();
    }
  }

  private static List<NetworkAttachmentDefinition> definitions(Path file) {
    String origin = file.toString();
    List<ObjectNode> documents =
        origin.endsWith(".json")
            ? List.of(TextFile.object(file))
            : YamlDocuments.read(TextFile.read(file), origin);
    return documents.stream()
        .flatMap(document -> items(document, origin))
        .map(document -> NetworkAttachmentDefinition.read(document, origin))
        .toList();
  }

  private static Stream<ObjectNode> items(ObjectNode document, String origin) {
    Fields fields = Fields.of(document, origin, CniError.INVALID_NETWORK_CONFIG);
    boolean list = fields.any("items").isPresent() && fields.required("kind").endsWith("List");
    return list ? fields.objects("items").stream().map(Fields::node) : Stream.of(document);
  }

  private static CniError duplicate(
      NetworkAttachmentDefinition first, NetworkAttachmentDefinition second) {
    return CniError.of(
        CniError.INVALID_NETWORK_CONFIG,
        NetworkAttachmentDefinition.KIND
            + " "
            + first.key()
            + " is defined in "
            + first.origin()
            + " and in "
            + second.origin()
            + "; remove one");
  }
}

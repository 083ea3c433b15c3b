package dev.patchbay.cli;

import dev.patchbay.cni.error.CniException;
import dev.patchbay.kube.definition.TextFile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * A pod as its author wrote it, as far as networks are concerned.
 *
 * @param namespace its Kubernetes namespace
 * @param name its name
 * @param annotations key → value
 */
record PodFile(String namespace, String name, Map<String, String> annotations) {
  /** Copies the map. */
  PodFile {
    annotations = Map.copyOf(annotations);
  }

  /** Reads the first Pod of a YAML or JSON file, or the first object that has a pod's template. */
  static PodFile read(Path file) {
    // a file may have several documents
    YAMLMapper mapper =
        YAMLMapper.builder().disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
    try (JsonParser parser = mapper.createParser(TextFile.read(file))) {
      while (parser.nextToken() != null) {
        JsonNode document = mapper.readTree(parser);
        JsonNode template = document.path("spec").path("template").path("metadata");
        boolean isPod = document.path("kind").asString("").equals("Pod");
        if (isPod || template.isObject()) {
          return of(document.path("metadata"), isPod ? document.path("metadata") : template);
        }
      }
    } catch (CniException e) {
      throw new CommandFailure(CommandFailure.FAILED, e.error().msg(), "patchbay plan -f FILE", e);
    } catch (JacksonException e) {
      throw new CommandFailure(
          CommandFailure.FAILED,
          file + " is no YAML: " + e.getOriginalMessage(),
          "kubectl apply --dry-run=client -f " + file,
          e);
    }
    throw new CommandFailure(
        CommandFailure.FAILED,
        file + " has no object of kind Pod, and none with a pod's template",
        "patchbay plan --network NAME");
  }

  private static PodFile of(JsonNode outer, JsonNode metadata) {
    Map<String, String> annotations = new LinkedHashMap<>();
    metadata
        .path("annotations")
        .properties()
        .forEach(entry -> annotations.put(entry.getKey(), entry.getValue().asString("")));
    String namespace =
        Stream.of(metadata, outer)
            .map(each -> each.path("namespace").asString(""))
            .filter(each -> !each.isEmpty())
            .findFirst()
            .orElse("default");
    List<String> names =
        Stream.of(metadata, outer).map(each -> each.path("name").asString("")).toList();
    return new PodFile(
        namespace, names.getFirst().isEmpty() ? names.getLast() : names.getFirst(), annotations);
  }
}

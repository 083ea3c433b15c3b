package dev.patchbay.cli;

import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.json.Json;
import dev.patchbay.kube.definition.TextFile;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** {@code patchbay apply}: objects for the API of {@code patchbay up}, without kubectl. */
@Command(
    name = "apply",
    header = {
      "Examples:",
      "  sudo patchbay apply -f pod.yaml",
      "  sudo patchbay apply -f network.yaml -f pod.yaml -n demo",
      ""
    },
    description =
        "Creates the objects of a YAML file, or merges them into those that are there. kubectl can"
            + " more.")
final class ApplyVerb implements Callable<Integer> {
  private final Surroundings where;

  @Mixin private final CommonOptions common = new CommonOptions();

  @Option(
      names = {"-f", "--filename"},
      required = true,
      paramLabel = "FILE",
      description = "YAML or JSON, of one object or more; may be repeated.")
  private List<Path> files = List.of();

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAMESPACE",
      description = "Of objects that name none. Default: default.",
      defaultValue = "${env:PATCHBAY_NAMESPACE}")
  private @Nullable String namespace;

  ApplyVerb(Surroundings where) {
    this.where = where;
  }

  @Override
  public Integer call() {
    ObjectNode request = Json.newObject();
    if (namespace != null) {
      request.put("namespace", namespace);
    }
    ArrayNode objects = request.putArray("objects");
    files.forEach(file -> read(file, objects));
    ObjectNode answer = ask(request);
    for (JsonNode item : Shown.list(answer, "items")) {
      where.out().println(Shown.text(item, "name") + " " + Shown.text(item, "done"));
    }
    return 0;
  }

  private ObjectNode ask(ObjectNode request) {
    try {
      return common.agent(where).ask("apply", request);
    } catch (CommandFailure e) {
      if (e.exitCode() == CommandFailure.USAGE) {
        throw new CommandFailure(
            CommandFailure.FAILED, "the agent that runs has no API", "sudo patchbay up", e);
      }
      throw e;
    }
  }

  private static void read(Path file, ArrayNode objects) {
    YAMLMapper mapper =
        YAMLMapper.builder().disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
    int before = objects.size();
    try (JsonParser parser = mapper.createParser(TextFile.read(file))) {
      while (parser.nextToken() != null) {
        JsonNode document = mapper.readTree(parser);
        if (document.isObject()) {
          objects.add(document);
        }
      }
    } catch (CniException e) {
      throw new CommandFailure(CommandFailure.FAILED, e.error().msg(), "ls -l " + file, e);
    } catch (JacksonException e) {
      throw new CommandFailure(
          CommandFailure.FAILED,
          file + " is no YAML: " + e.getOriginalMessage(),
          "correct it, then apply it again",
          e);
    }
    if (objects.size() == before) {
      throw new CommandFailure(
          CommandFailure.FAILED, file + " has no object", "see examples/standalone");
    }
  }
}

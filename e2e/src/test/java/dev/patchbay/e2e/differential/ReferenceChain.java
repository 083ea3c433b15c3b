package dev.patchbay.e2e.differential;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The reference plugins, run as libcni does: ADD and CHECK from the first to the last, DEL from the
 * last to the first, each with the result of the one before.
 *
 * @param folder where their executables are
 */
record ReferenceChain(Path folder) implements CniCaller {
  @Override
  public Answer call(Call call) {
    Answer answer = new Answer(0, Looking.JSON.missingNode(), "");
    Optional<JsonNode> prevResult = call.prevResult();
    boolean backwards = call.command().equals("DEL");
    List<ObjectNode> chain = backwards ? call.plugins().reversed() : call.plugins();
    for (ObjectNode plugin : chain) {
      answer = run(call, plugin.deepCopy(), prevResult);
      if (!answer.ok()) {
        return answer;
      }
      if (call.command().equals("ADD")) {
        prevResult = Optional.of(answer.body());
      }
    }
    return answer;
  }

  private Answer run(Call call, ObjectNode conf, Optional<JsonNode> prevResult) {
    prevResult.ifPresent(result -> conf.set("prevResult", result));
    String plugin = folder.resolve(conf.path("type").asString("no type")).toString();
    return Answer.of(
        Ended.in(call.host(), call.environment(folder.toString()), call.stdin(conf), plugin));
  }
}

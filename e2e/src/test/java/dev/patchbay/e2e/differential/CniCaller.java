package dev.patchbay.e2e.differential;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Somebody who gives a pod its interface as a CNI runtime asks for it. */
interface CniCaller {
  /** Makes the call and waits for the answer. */
  Answer call(Call call);

  /**
   * One call.
   *
   * @param host name of the host's network namespace
   * @param netns CNI_NETNS, empty after the sandbox has gone
   * @param request what is asked for
   * @param plugins the chain, each complete but for prevResult
   * @param prevResult what ADD answered
   */
  record Call(
      String command,
      String host,
      String containerId,
      String netns,
      String ifName,
      Scenario.Request request,
      List<ObjectNode> plugins,
      Optional<JsonNode> prevResult) {
    /** The environment of a plugin. */
    Map<String, String> environment(String path) {
      Map<String, String> all = new LinkedHashMap<>();
      all.put("CNI_COMMAND", command);
      all.put("CNI_CONTAINERID", containerId);
      all.put("CNI_NETNS", netns);
      all.put("CNI_IFNAME", ifName);
      all.put("CNI_ARGS", request.args());
      all.put("CNI_PATH", path);
      all.putAll(request.environment());
      return all;
    }

    /** The standard input of a plugin with this configuration. */
    String stdin(ObjectNode conf) {
      return request.stdin().orElseGet(conf::toString);
    }
  }

  /**
   * What came of it.
   *
   * @param body a result, an error, or missing when nothing was printed
   */
  record Answer(int exit, JsonNode body, String stderr) {
    static Answer of(Ended ended) {
      JsonMapper json = JsonMapper.shared();
      try {
        return new Answer(
            ended.exit(),
            ended.stdout().isBlank() ? json.missingNode() : json.readTree(ended.stdout()),
            ended.stderr());
      } catch (tools.jackson.core.JacksonException e) {
        throw new AssertionError(ended + " is no CNI answer", e);
      }
    }

    boolean ok() {
      return exit == 0;
    }

    @Override
    public String toString() {
      return "exit " + exit + " " + body + " " + stderr.strip();
    }
  }
}

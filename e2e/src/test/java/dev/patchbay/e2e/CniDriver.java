package dev.patchbay.e2e;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Calls one plugin executable as a runtime does, with any command, also those that containerd 1.6
 * and podman 4 never send (CHECK, GC, STATUS).
 *
 * @param lab whose host namespace the plugin runs in
 * @param plugin the executable
 * @param path the value of CNI_PATH
 * @param env added to the plugin's environment
 */
record CniDriver(Lab lab, Path plugin, Path path, Map<String, String> env) {
  private static final JsonMapper JSON = JsonMapper.shared();

  /** One attachment's part of the environment; an empty {@code netns} is passed as such. */
  record Attachment(String containerId, String netns, String ifname, String args) {
    static Attachment of(String containerId, Path netns, String ifname) {
      return new Attachment(containerId, netns.toString(), ifname, "");
    }

    /** The same with the CNI_ARGS. */
    Attachment withArgs(String all) {
      return new Attachment(containerId, netns, ifname, all);
    }

    /** The same as after the namespace is gone. */
    Attachment withoutNetns() {
      return new Attachment(containerId, "", ifname, args);
    }
  }

  /** What the plugin answered; {@code body} is missing when it printed nothing. */
  record Answer(int exit, JsonNode body, String stderr) {
    /** The body, or an {@link AssertionError} with the plugin's error. */
    JsonNode orFail() {
      if (exit != 0) {
        throw new AssertionError("the plugin failed: " + body + " " + stderr);
      }
      return body;
    }

    /** The CNI error code, 0 when there is none. */
    int code() {
      return body.path("code").asInt(0);
    }
  }

  Answer add(Attachment to, String conf) {
    return attachment("ADD", to, conf);
  }

  Answer del(Attachment from, String conf) {
    return attachment("DEL", from, conf);
  }

  Answer check(Attachment of, String conf) {
    return attachment("CHECK", of, conf);
  }

  Answer gc(String conf) {
    return call(Map.of("CNI_COMMAND", "GC"), conf);
  }

  Answer status(String conf) {
    return call(Map.of("CNI_COMMAND", "STATUS"), conf);
  }

  /** Starts a call without waiting for its end; what it prints is not read. */
  Process start(String command, Attachment attachment, String conf) {
    Path stdin = lab.write(lab.dir("driver").resolve("stdin"), conf);
    return command(environment(command, attachment)).start(stdin, lab.dir("driver").resolve("log"));
  }

  private Answer attachment(String command, Attachment attachment, String conf) {
    return call(environment(command, attachment), conf);
  }

  private static Map<String, String> environment(String command, Attachment attachment) {
    return Map.of(
        "CNI_COMMAND",
        command,
        "CNI_CONTAINERID",
        attachment.containerId(),
        "CNI_NETNS",
        attachment.netns(),
        "CNI_IFNAME",
        attachment.ifname(),
        "CNI_ARGS",
        attachment.args());
  }

  private Answer call(Map<String, String> environment, String conf) {
    Ran ran = command(environment).reading(conf).run();
    JsonNode body = ran.stdout().isBlank() ? JSON.missingNode() : JSON.readTree(ran.stdout());
    return new Answer(ran.exit(), body, ran.stderr());
  }

  private Command command(Map<String, String> environment) {
    Map<String, String> all = new LinkedHashMap<>(env);
    all.putAll(environment);
    all.put("CNI_PATH", path.toString());
    return lab.inHost(plugin.toString()).with(all);
  }
}

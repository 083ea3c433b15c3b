package dev.patchbay.e2e;

import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One recorded run of a CNI plugin. */
record PluginCall(String type, Map<String, String> env, String stdin, String stdout, int exit) {
  String command() {
    return env.getOrDefault("CNI_COMMAND", "");
  }

  String ifname() {
    return env.getOrDefault("CNI_IFNAME", "");
  }

  String netns() {
    return env.getOrDefault("CNI_NETNS", "");
  }

  /** The key=value pairs of CNI_ARGS. */
  Map<String, String> args() {
    Map<String, String> args = new TreeMap<>();
    for (String pair : env.getOrDefault("CNI_ARGS", "").split(";", -1)) {
      if (!pair.isEmpty()) {
        String[] keyAndValue = pair.split("=", 2);
        args.put(keyAndValue[0], keyAndValue.length > 1 ? keyAndValue[1] : "");
      }
    }
    return args;
  }

  /** The conf that came on the standard input. */
  JsonNode conf() {
    return JsonMapper.shared().readTree(stdin);
  }
}

package dev.patchbay.cni.conf;

import dev.patchbay.cni.json.Json;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What one plugin of a network gets on its stdin (CNI spec 1.1.0, section "Deriving request
 * configuration from plugin configuration").
 *
 * @param prevResult what the plugin before it answered, or the attachment's final result
 * @param capabilityArgs what the runtime has to say, by capability; a plugin gets those that its
 *     configuration declares
 * @param cniArgs entries for {@code args.cni}; they replace entries of the same name
 */
public record PluginRequest(
    Optional<ObjectNode> prevResult,
    Map<String, JsonNode> capabilityArgs,
    Map<String, JsonNode> cniArgs) {
  /** Nothing beyond version and name: for GC and STATUS, and ADD of a chain's first plugin. */
  public static final PluginRequest BARE = new PluginRequest(Optional.empty(), Map.of(), Map.of());

  /** Copies the maps. */
  public PluginRequest {
    capabilityArgs = Map.copyOf(capabilityArgs);
    cniArgs = Map.copyOf(cniArgs);
  }

  /**
   * The plugin's configuration with {@code cniVersion}, {@code name} and, when there is something
   * to say, {@code prevResult}, {@code runtimeConfig} and {@code args}. Like the reference library
   * it leaves {@code capabilities} in, and a key of the author's where there is nothing to put over
   * it.
   */
  public ObjectNode of(NetworkConf network, PluginConf plugin) {
    ObjectNode request = Json.newObject();
    request.put("cniVersion", network.version().text());
    request.put("name", network.name().value());
    plugin
        .json()
        .properties()
        .forEach(field -> {
          if (!request.has(field.getKey())) {
            request.set(field.getKey(), field.getValue());
          }
        });
    prevResult.ifPresent(result -> request.set("prevResult", result.deepCopy()));
    ObjectNode runtimeConfig = Json.newObject();
    new TreeMap<>(capabilityArgs)
        .forEach((capability, value) -> {
          if (plugin.capabilities().contains(capability)) {
            runtimeConfig.set(capability, value.deepCopy());
          }
        });
    if (!runtimeConfig.isEmpty()) {
      request.set("runtimeConfig", runtimeConfig);
    }
    putArgs(request);
    return request;
  }

  private void putArgs(ObjectNode request) {
    if (cniArgs.isEmpty()) {
      return;
    }
    ObjectNode args = objectAt(request, "args");
    ObjectNode cni = objectAt(args, "cni");
    new TreeMap<>(cniArgs).forEach((key, value) -> cni.set(key, value.deepCopy()));
  }

  private static ObjectNode objectAt(ObjectNode parent, String key) {
    if (parent.get(key) instanceof ObjectNode present) {
      return present;
    }
    ObjectNode made = Json.newObject();
    parent.set(key, made);
    return made;
  }
}

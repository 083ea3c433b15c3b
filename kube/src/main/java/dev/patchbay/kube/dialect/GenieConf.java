package dev.patchbay.kube.dialect;

import dev.patchbay.cni.conf.VersionChoice;
import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.json.Fields;
import dev.patchbay.cni.json.Json;
import dev.patchbay.cni.version.CniVersion;
import dev.patchbay.kube.Secret;
import dev.patchbay.kube.definition.TextFile;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/**
 * CNI-Genie's own configuration, {@code 00-genie.conf}. Every key of it is tolerated; the ones
 * below are used or guarded.
 *
 * @param name the network's name, which a delegate may share
 * @param version to answer in
 * @param defaultPlugin the networks of pods that ask for none; absent when blank
 * @param logLevel as written; absent when blank
 * @param secrets credentials by their path, such as {@code policy.k8s_auth_token}; unused
 * @param origin the file, or stdin
 */
public record GenieConf(
    String name,
    CniVersion version,
    Optional<String> defaultPlugin,
    Optional<String> logLevel,
    Map<String, Secret> secrets,
    String origin) {
  /** The plugin type. */
  public static final String TYPE = "genie";

  private static final String POLICY = "policy";

  /** Copies the map. */
  public GenieConf {
    secrets = Map.copyOf(secrets);
  }

  /** Reads the file; refusals name it. */
  public static GenieConf read(Path file) {
    return parse(TextFile.object(file), file.toString());
  }

  /** Reads a tree; refuses with code 7, naming the field. */
  public static GenieConf parse(ObjectNode json, String origin) {
    Fields fields = Fields.of(json, origin, CniError.INVALID_NETWORK_CONFIG);
    String type = fields.required("type");
    if (!type.equals(TYPE)) {
      throw fields.bad("type", "is \"" + type + "\"; a Genie configuration has \"genie\"");
    }
    return new GenieConf(
        fields.required("name"),
        VersionChoice.ofConf(fields),
        fields.text("default_plugin").filter(text -> !text.isBlank()),
        fields.text("log_level").filter(text -> !text.isBlank()),
        secrets(json),
        origin);
  }

  // Read without any check: an error would show the value.
  private static Map<String, Secret> secrets(ObjectNode json) {
    Map<String, Secret> found = new TreeMap<>();
    if (json.get(POLICY) instanceof ObjectNode policy) {
      policy
          .properties()
          .forEach(field -> {
            boolean harmless =
                field.getKey().equals("type") || field.getKey().equals("k8s_api_root");
            if (!harmless) {
              found.put(POLICY + "." + field.getKey(), new Secret(Json.text(field.getValue())));
            }
          });
    }
    return found;
  }
}

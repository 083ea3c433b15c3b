package dev.patchbay.cni.skel;

import dev.patchbay.cni.conf.NetworkName;
import dev.patchbay.cni.conf.PluginConf;
import dev.patchbay.cni.conf.VersionChoice;
import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.json.Fields;
import dev.patchbay.cni.json.Json;
import dev.patchbay.cni.result.Result;
import dev.patchbay.cni.result.convert.Results;
import dev.patchbay.cni.version.CniVersion;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * The configuration that the runtime sends to one plugin on stdin.
 *
 * @param name the network's name
 * @param version the version to answer in
 * @param type the plugin that is meant; absent when the runtime left it out
 * @param json all of it
 */
public record StdinConf(
    NetworkName name, CniVersion version, Optional<String> type, ObjectNode json) {
  private static final String ORIGIN = "stdin";

  /** Copies the tree. */
  public StdinConf {
    json = json.deepCopy();
  }

  /** All of it; a copy. */
  @Override
  public ObjectNode json() {
    return json.deepCopy();
  }

  /**
   * Reads stdin. Refuses with code 6 what is no JSON, 7 what breaks a rule, 1 a version that we do
   * not speak.
   */
  static StdinConf parse(byte[] stdin) {
    Fields fields = fields(Json.object(stdin, ORIGIN));
    fields.required("name");
    return new StdinConf(
        fields.parsed("name", NetworkName::new).orElseThrow(),
        VersionChoice.ofRequest(fields),
        fields.parsed(
            "type",
            type -> {
              PluginConf.checkType(type);
              return type;
            }),
        fields.node());
  }

  /** The fields of it, for a plugin's own configuration; refusals have code 7. */
  public Fields fields() {
    return fields(json());
  }

  /**
   * The previous plugin's result, or the final one on DEL and CHECK. Refuses with code 6 one that
   * is broken: a DEL should then go on without.
   */
  public Optional<Result> prevResult() {
    return fields()
        .object("prevResult")
        .map(result -> Results.read(result.node(), version, "stdin prevResult"));
  }

  /** What the runtime has to say by capability; empty when nothing. */
  public Fields runtimeConfig() {
    return fields()
        .object("runtimeConfig")
        .orElseGet(() -> Fields.of(Json.newObject(), ORIGIN, CniError.INVALID_NETWORK_CONFIG));
  }

  private static Fields fields(ObjectNode json) {
    return Fields.of(json, ORIGIN, CniError.INVALID_NETWORK_CONFIG);
  }

  /** Without the content, which may hold credentials. */
  @Override
  public String toString() {
    return name.toString();
  }
}

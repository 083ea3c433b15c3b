package dev.patchbay.cni.result.convert;

import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.json.Fields;
import dev.patchbay.cni.json.Json;
import dev.patchbay.cni.result.Result;
import dev.patchbay.cni.result.v020.ResultV020;
import dev.patchbay.cni.result.v030.ResultV030;
import dev.patchbay.cni.result.v100.ResultV100;
import dev.patchbay.cni.version.CniVersion;
import tools.jackson.databind.node.ObjectNode;

/** Reads and writes results of every version; every ordered pair converts. */
public final class Results {
  private Results() {}

  /**
   * The version that a result says it has.
   *
   * @param fallback the configuration's, for a result that does not say
   */
  public static CniVersion versionOf(ObjectNode json, CniVersion fallback, String origin) {
    Fields fields = Fields.of(json, origin, CniError.DECODING_FAILURE);
    return fields
        .filled("cniVersion")
        .map(text ->
            CniVersion.of(text)
                .orElseThrow(() ->
                    new CniException(
                        new CniError(
                            CniError.INCOMPATIBLE_VERSION,
                            origin + ": a result of cniVersion " + text + " is not known",
                            "known are " + String.join(", ", CniVersion.texts())))))
        .orElse(fallback);
  }

  /**
   * Reads a result of the version that it says it has. Refuses with code 6 what is not one, naming
   * the field, and with code 1 an unknown version.
   *
   * @param fallback the configuration's version, for a result that does not say
   * @param origin what printed it, for error texts
   */
  public static Result read(ObjectNode json, CniVersion fallback, String origin) {
    Fields fields = Fields.of(json, origin, CniError.DECODING_FAILURE);
    return switch (versionOf(json, fallback, origin)) {
      case V0_1_0, V0_2_0 -> ResultV020.read(fields).toResult();
      case V0_3_0, V0_3_1, V0_4_0 -> ResultV030.read(fields).toResult();
      case V1_0_0, V1_1_0 -> ResultV100.read(fields);
    };
  }

  /**
   * Writes a result in a version; what that version cannot say is left out. Refuses with code 7 a
   * result without address for 0.1.0 and 0.2.0.
   */
  public static ObjectNode write(Result result, CniVersion version) {
    ObjectNode json = Json.newObject();
    json.put("cniVersion", version.text());
    switch (version) {
      case V0_1_0, V0_2_0 -> ResultV020.of(result).write(json);
      case V0_3_0, V0_3_1, V0_4_0 -> ResultV030.of(result).write(json);
      case V1_0_0, V1_1_0 -> ResultV100.write(result, json);
    }
    return json;
  }

  /**
   * The result in that version: the same tree, with keys that we do not know, when it has it
   * already.
   *
   * @param origin what printed it, for error texts
   */
  public static ObjectNode convert(ObjectNode json, CniVersion version, String origin) {
    return versionOf(json, version, origin) == version
        ? json.deepCopy().put("cniVersion", version.text())
        : write(read(json, version, origin), version);
  }
}

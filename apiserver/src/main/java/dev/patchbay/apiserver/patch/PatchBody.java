package dev.patchbay.apiserver.patch;

import dev.patchbay.apiserver.fault.ApiFault;
import dev.patchbay.apiserver.fault.Cause;
import dev.patchbay.apiserver.resource.Kind;
import dev.patchbay.apiserver.schema.Decoded;
import dev.patchbay.apiserver.schema.Fitting;
import dev.patchbay.apiserver.schema.JsonBody;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The body of a PATCH.
 *
 * @param kind whose objects it changes
 * @param way how
 * @param body what it says
 */
public record PatchBody(Kind kind, Way way, Decoded body) {
  private static final String STRATEGIC = "application/strategic-merge-patch+json";
  private static final String MERGE = "application/merge-patch+json";
  private static final String JSON = "application/json-patch+json";
  private static final String APPLY = "application/apply-patch+yaml";

  /** How a patch changes an object. */
  public enum Way {
    /** By the schema's merge keys. */
    STRATEGIC,
    /** RFC 7396. */
    MERGE,
    /** RFC 6902. */
    JSON
  }

  /**
   * What came of it.
   *
   * @param object the object afterwards
   * @param complaints about fields that nobody knows, or that came twice
   */
  public record Patched(ObjectNode object, List<String> complaints) {
    /** Copies the list. */
    public Patched {
      complaints = List.copyOf(complaints);
    }
  }

  /**
   * Reads one; throws ApiFault for a media type or a body that cannot be.
   *
   * @param contentType the header, which is compared as it is written
   */
  public static PatchBody of(String contentType, Kind kind, byte[] bytes) {
    Way way = way(contentType.split(";", 2)[0].strip(), kind);
    Decoded decoded;
    try {
      decoded = JsonBody.json(bytes);
    } catch (JacksonException e) {
      throw ApiFault.badRequest("error decoding patch: " + e.getOriginalMessage());
    }
    JsonNode tree = decoded.tree();
    if (tree.isMissingNode()) {
      throw ApiFault.badRequest(
          (way == Way.STRATEGIC ? "" : "error decoding patch: ") + "unexpected end of JSON input");
    }
    boolean fits =
        way == Way.JSON
            ? tree.isArray()
            : tree.isObject() || (way == Way.STRATEGIC && tree.isNull());
    if (!fits) {
      throw ApiFault.badRequest(
          "error decoding patch: json: cannot unmarshal "
              + GoText.json(tree)
              + " into Go value of type "
              + (way == Way.JSON ? "[]handlers.jsonPatchOp" : "map[string]interface {}"));
    }
    return new PatchBody(kind, way, decoded);
  }

  private static Way way(String mediaType, Kind kind) {
    boolean core = kind.origin() == Kind.Origin.CORE;
    if (mediaType.equals(APPLY)) {
      throw ApiFault.unsupportedMediaType(
          "server-side apply is not served here; use kubectl apply without --server-side");
    }
    if (mediaType.equals(STRATEGIC) && core) {
      return Way.STRATEGIC;
    }
    return switch (mediaType) {
      case MERGE -> Way.MERGE;
      case JSON -> Way.JSON;
      default ->
          throw ApiFault.unsupportedMediaType(
              core
                  ? "415: Unsupported Media Type"
                  : "the body of the request was in an unknown format - accepted media types"
                      + " include: "
                      + String.join(", ", JSON, MERGE, APPLY));
    };
  }

  /** Applies it; throws ApiFault. The stored object is not changed. */
  public Patched apply(ObjectNode stored, boolean strict) {
    if (body.tree() instanceof ObjectNode patch) {
      kind.rules().refuse(stored, patch);
    }
    ObjectNode object =
        switch (way) {
          case STRATEGIC ->
              body.tree() instanceof ObjectNode patch
                  ? StrategicMerge.apply(stored, patch, kind.schema())
                  : stored.deepCopy();
          case MERGE -> MergePatch.apply(stored, (ObjectNode) body.tree());
          case JSON -> JsonPatch.apply(stored, (ArrayNode) body.tree());
        };
    Fitting.Source source = way == Way.STRATEGIC ? Fitting.Source.MERGED : Fitting.Source.PATCHED;
    Fitting.Found found = Fitting.fit(object, kind.schema(), source);
    if (!found.mistyped().isEmpty()) {
      throw badPatch(found.mistyped().getFirst());
    }
    List<String> complaints = new ArrayList<>();
    body.duplicates().forEach(path -> complaints.add("duplicate field \"" + path + "\""));
    found.unknown().forEach(path -> complaints.add("unknown field \"" + path + "\""));
    if (strict && !complaints.isEmpty()) {
      throw badPatch("strict decoding error: " + String.join(", ", complaints));
    }
    return new Patched(object, complaints);
  }

  private ApiFault badPatch(String why) {
    String value =
        way == Way.STRATEGIC ? "\"" + GoText.of(body.tree()) + "\"" : "\"" + body.tree() + "\"";
    List<Cause> causes =
        List.of(new Cause("FieldValueInvalid", "Invalid value: " + value + ": " + why, "patch"));
    return new ApiFault(
        422,
        "Invalid",
        " \"\" is invalid: patch: " + causes.getFirst().message(),
        ApiFault.Details.NONE.with(causes));
  }
}

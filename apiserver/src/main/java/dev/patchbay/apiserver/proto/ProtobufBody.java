package dev.patchbay.apiserver.proto;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.patchbay.apiserver.fault.ApiFault;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A protobuf body as the JSON tree that it stands for: ConfigMap, Secret, Namespace and the access
 * reviews of kubectl. Field numbers: k8s.io/api generated.proto and apimachinery runtime.Unknown.
 */
public final class ProtobufBody {
  private static final byte[] MAGIC = {'k', '8', 's', 0};
  private static final JsonMapper JSON = JsonMapper.shared();

  private static final Shape META =
      Shape.of(
          Map.of(
              1, Field.text("name"),
              2, Field.text("generateName"),
              3, Field.text("namespace"),
              5, Field.text("uid"),
              6, Field.text("resourceVersion"),
              11, Field.map("labels", false),
              12, Field.map("annotations", false),
              14, Field.texts("finalizers")));

  private static final Shape ATTRIBUTES =
      Shape.of(
          Map.of(
              1, Field.text("namespace"),
              2, Field.text("verb"),
              3, Field.text("group"),
              4, Field.text("version"),
              5, Field.text("resource"),
              6, Field.text("subresource"),
              7, Field.text("name")));

  private static final Map<String, Shape> SHAPES =
      Map.of(
          "ConfigMap",
          Shape.of(
              Map.of(
                  1, Field.message("metadata", META),
                  2, Field.map("data", false),
                  3, Field.map("binaryData", true),
                  4, Field.flag("immutable"))),
          "Secret",
          Shape.of(
              Map.of(
                  1, Field.message("metadata", META),
                  2, Field.map("data", true),
                  3, Field.text("type"),
                  4, Field.map("stringData", false),
                  5, Field.flag("immutable"))),
          "Namespace",
          Shape.of(
              Map.of(
                  1,
                  Field.message("metadata", META),
                  2,
                  Field.message("spec", Shape.of(Map.of(1, Field.texts("finalizers")))))),
          "SelfSubjectAccessReview",
          Shape.of(
              Map.of(
                  1,
                  Field.message("metadata", META),
                  2,
                  Field.message(
                      "spec",
                      Shape.of(
                          Map.of(
                              1,
                              Field.message("resourceAttributes", ATTRIBUTES),
                              2,
                              Field.message(
                                  "nonResourceAttributes",
                                  Shape.of(
                                      Map.of(1, Field.text("path"), 2, Field.text("verb"))))))))),
          "SelfSubjectRulesReview",
          Shape.of(Map.of(2, Field.message("spec", Shape.of(Map.of(1, Field.text("namespace")))))),
          "SelfSubjectReview",
          Shape.of(Map.of(1, Field.message("metadata", META))));

  private ProtobufBody() {}

  /** Reads a body; throws ApiFault 415 for another kind, 400 for bytes that are none. */
  public static ObjectNode read(byte[] body) {
    if (body.length < MAGIC.length || !Arrays.equals(Arrays.copyOf(body, MAGIC.length), MAGIC)) {
      throw ApiFault.badRequest(
          "the body is not Kubernetes protobuf: it does not begin with \"k8s\" and a zero byte");
    }
    try {
      return envelope(CodedInputStream.newInstance(body, MAGIC.length, body.length - MAGIC.length));
    } catch (IOException e) {
      throw ApiFault.badRequest("the body is broken protobuf: " + e.getMessage());
    }
  }

  private static ObjectNode envelope(CodedInputStream in) throws IOException {
    ObjectNode type = JSON.createObjectNode();
    byte[] raw = {};
    Shape typeMeta = Shape.of(Map.of(1, Field.text("apiVersion"), 2, Field.text("kind")));
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> message(CodedInputStream.newInstance(in.readByteArray()), typeMeta, type);
        case 2 -> raw = in.readByteArray();
        default -> in.skipField(tag);
      }
    }
    String kind = type.path("kind").asString("");
    Shape shape =
        Optional.ofNullable(SHAPES.get(kind))
            .orElseThrow(() ->
                ApiFault.unsupportedMediaType(
                    "kind \""
                        + kind
                        + "\" is read as JSON or YAML only; with kubectl: create … "
                        + "--dry-run=client -o yaml | kubectl apply -f -"));
    message(CodedInputStream.newInstance(raw), shape, type);
    return type;
  }

  private static void message(CodedInputStream in, Shape shape, ObjectNode into)
      throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      Field field = shape.fields().get(WireFormat.getTagFieldNumber(tag));
      if (field == null) {
        in.skipField(tag);
        continue;
      }
      switch (field) {
        case Field.Text(var name) -> {
          String text = in.readString();
          // Absent texts are in the bytes as empty ones.
          if (!text.isEmpty()) {
            into.put(name, text);
          }
        }
        case Field.Texts(var name) -> into.withArrayProperty(name).add(in.readString());
        case Field.Flag(var name) -> into.put(name, in.readBool());
        case Field.Message(var name, var inner) ->
            message(
                CodedInputStream.newInstance(in.readByteArray()),
                inner,
                into.withObjectProperty(name));
        case Field.Entries(var name, var bytes) ->
            entry(in.readByteArray(), bytes, into.withObjectProperty(name));
      }
    }
  }

  private static void entry(byte[] bytes, boolean binary, ObjectNode into) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(bytes);
    String key = "";
    byte[] value = {};
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> key = in.readString();
        case 2 -> value = in.readByteArray();
        default -> in.skipField(tag);
      }
    }
    into.put(
        key,
        binary
            ? Base64.getEncoder().encodeToString(value)
            : new String(value, java.nio.charset.StandardCharsets.UTF_8));
  }

  /** Field number → field. */
  private record Shape(Map<Integer, Field> fields) {
    static Shape of(Map<Integer, Field> fields) {
      return new Shape(Map.copyOf(fields));
    }
  }

  /** What a field is. */
  private sealed interface Field {
    record Text(String name) implements Field {}

    record Texts(String name) implements Field {}

    record Flag(String name) implements Field {}

    record Message(String name, Shape shape) implements Field {}

    record Entries(String name, boolean binary) implements Field {}

    static Field text(String name) {
      return new Text(name);
    }

    static Field texts(String name) {
      return new Texts(name);
    }

    static Field flag(String name) {
      return new Flag(name);
    }

    static Field message(String name, Shape shape) {
      return new Message(name, shape);
    }

    static Field map(String name, boolean binary) {
      return new Entries(name, binary);
    }
  }
}

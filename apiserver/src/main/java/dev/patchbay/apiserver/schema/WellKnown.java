package dev.patchbay.apiserver.schema;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The schemas of Kubernetes' own kinds: names, types, merge keys. */
public final class WellKnown {
  private static final String SCHEMAS = "/openapi/builtin.json";
  private static final Components COMPONENTS = read();
  private static final Schema METADATA = COMPONENTS.named("meta.ObjectMeta");

  private WellKnown() {}

  /** All of them. */
  public static Components components() {
    return COMPONENTS;
  }

  /** What every object's metadata is. */
  public static Schema metadata() {
    return METADATA;
  }

  private static Components read() {
    try (InputStream in =
        Objects.requireNonNull(WellKnown.class.getResourceAsStream(SCHEMAS), SCHEMAS)) {
      return new Components(
          (ObjectNode) JsonMapper.shared().readTree(in).at("/components/schemas"), true);
    } catch (IOException e) {
      throw new UncheckedIOException(SCHEMAS, e);
    }
  }
}

package dev.patchbay.apiserver.openapi;

import dev.patchbay.apiserver.resource.Kind;
import dev.patchbay.apiserver.resource.Kinds;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The index and one document for each group and version. Their addresses contain a hash of the
 * content, because clients keep them on disk.
 */
public final class OpenApiDocuments {
  private static final String PREFIX = "/openapi/v3/";

  private final Kinds kinds;
  private final AtomicReference<Snapshot> latest =
      new AtomicReference<>(new Snapshot(List.of(), Map.of()));

  /** What was made of which kinds. */
  private record Snapshot(List<Kind> kinds, Map<String, ObjectNode> documents) {}

  /** Documents about what these serve at each time. */
  public OpenApiDocuments(Kinds kinds) {
    this.kinds = kinds;
  }

  /**
   * The document of a path below {@code /openapi/v3}: the index for an empty one, else that of
   * {@code /api/v1} or {@code /apis/GROUP/VERSION}; empty where nothing is served.
   */
  public Optional<ObjectNode> document(String path) {
    String name = path.startsWith("/") ? path.substring(1) : path;
    return Optional.ofNullable(documents().get(name));
  }

  private Map<String, ObjectNode> documents() {
    List<Kind> now = kinds.all();
    Snapshot known = latest.get();
    if (!known.kinds().equals(now)) {
      known = new Snapshot(now, written(now));
      latest.set(known);
    }
    return known.documents();
  }

  private static Map<String, ObjectNode> written(List<Kind> kinds) {
    Map<String, List<Kind>> groups = new LinkedHashMap<>();
    for (Kind kind : kinds) {
      String name = (kind.group().isEmpty() ? "api/" : "apis/") + kind.apiVersion();
      groups.computeIfAbsent(name, _ -> new ArrayList<>()).add(kind);
    }
    ObjectNode index = JsonMapper.shared().createObjectNode();
    ObjectNode paths = index.putObject("paths");
    Map<String, ObjectNode> documents = new LinkedHashMap<>();
    documents.put("", index);
    groups.forEach((name, members) -> {
      ObjectNode document = GroupDocument.of(name, members);
      documents.put(name, document);
      paths.putObject(name).put("serverRelativeURL", PREFIX + name + "?hash=" + hash(document));
    });
    return Map.copyOf(documents);
  }

  private static String hash(ObjectNode document) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(document.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().withUpperCase().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}

package dev.patchbay.apiserver.rest;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.patchbay.apiserver.auth.Reviews;
import dev.patchbay.apiserver.fault.ApiFault;
import dev.patchbay.apiserver.openapi.OpenApiDocuments;
import dev.patchbay.apiserver.resource.Kinds;
import dev.patchbay.apiserver.schema.Decoded;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is served beside objects: discovery, OpenAPI, health, version, and questions about oneself.
 *
 * @param discovery what kinds there are
 * @param openApi their schemas
 */
public record Documents(Discovery discovery, OpenApiDocuments openApi) {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String MEDIA_TYPE = "application/json";

  /**
   * An empty document, which in protobuf is no bytes: all schemas are in version 3, and kubectl
   * asks for version 2 only about kinds that are not served. Where there is none, it does not say
   * that.
   */
  private static final String OPENAPI_V2 =
      "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

  /** The Kubernetes version whose protocol this is. */
  private static final String VERSION = "v1.36.0+patchbay";

  /** Documents about these kinds. */
  public static Documents of(Kinds kinds) {
    return new Documents(new Discovery(kinds), new OpenApiDocuments(kinds));
  }

  void answer(Exchange exchange, String path) throws IOException {
    List<String> words =
        Arrays.stream(path.split("/", -1)).filter(word -> !word.isEmpty()).toList();
    String first = words.isEmpty() ? "" : words.getFirst();
    switch (first) {
      case "healthz", "livez", "readyz" -> exchange.send(200, "text/plain", "ok".getBytes(UTF_8));
      case "version" -> json(exchange, version());
      case "openapi" -> {
        if (path.equals("/openapi/v2")) {
          exchange.send(200, OPENAPI_V2, new byte[0]);
        } else {
          openApi(exchange, path);
        }
      }
      case "api" -> api(exchange, words);
      case "apis" -> apis(exchange, words);
      default -> throw unknown();
    }
  }

  private static ApiFault unknown() {
    return ApiFault.noPage();
  }

  private static ObjectNode version() {
    return JSON.createObjectNode()
        .put("major", "1")
        .put("minor", "36")
        .put("gitVersion", VERSION)
        .put("platform", "linux/" + System.getProperty("os.arch", ""));
  }

  private void openApi(Exchange exchange, String path) throws IOException {
    String prefix = "/openapi/v3";
    ObjectNode document =
        (path.startsWith(prefix)
                ? openApi.document(path.substring(prefix.length()))
                : Optional.<ObjectNode>empty())
            .orElseThrow(Documents::unknown);
    if (exchange.query().text("hash").isPresent()) {
      // The hash names the content, so it may be kept.
      exchange.response().getHeaders().put(HttpHeader.EXPIRES, "Fri, 01 Jan 2038 00:00:00 GMT");
    }
    json(exchange, document);
  }

  private void api(Exchange exchange, List<String> words) throws IOException {
    if (words.size() == 1) {
      aggregatedOr(exchange, true, discovery.versions());
    } else {
      json(exchange, discovery.resources("", words.get(1)).orElseThrow(ApiFault::noResource));
    }
  }

  private void apis(Exchange exchange, List<String> words) throws IOException {
    if (words.size() == 1) {
      aggregatedOr(exchange, false, discovery.groups());
    } else if (words.size() == 2) {
      json(exchange, discovery.group(words.get(1)).orElseThrow(Documents::unknown));
    } else if (words.size() == 3) {
      json(
          exchange,
          discovery.resources(words.get(1), words.get(2)).orElseThrow(Documents::unknown));
    } else {
      review(exchange, words.get(1), words.get(3));
    }
  }

  private void aggregatedOr(Exchange exchange, boolean core, ObjectNode plain) throws IOException {
    boolean aggregated = exchange.header(HttpHeader.ACCEPT).contains("g=apidiscovery.k8s.io;v=v2;");
    if (aggregated) {
      exchange.send(200, Discovery.AGGREGATED, JSON.writeValueAsBytes(discovery.aggregated(core)));
    } else {
      json(exchange, plain);
    }
  }

  private static void json(Exchange exchange, ObjectNode body) throws IOException {
    exchange.send(200, MEDIA_TYPE, JSON.writeValueAsBytes(body));
  }

  /** A question about oneself. */
  private static void review(Exchange exchange, String group, String plural) throws IOException {
    if (!exchange.method().equals("POST")) {
      throw ApiFault.methodNotAllowed();
    }
    Decoded asked = Bodies.object(exchange.mediaType(), exchange.body());
    ObjectNode answer = Reviews.answer(group, plural, (ObjectNode) asked.tree(), exchange.user());
    exchange.send(201, MEDIA_TYPE, JSON.writeValueAsBytes(answer));
  }
}

package dev.patchbay.apiserver.rest;

import dev.patchbay.apiserver.auth.User;
import dev.patchbay.apiserver.fault.ApiFault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Fields;

/**
 * One request and the way to its answer.
 *
 * @param request the request
 * @param response the answer, nothing of it sent yet
 * @param query the URL's query
 * @param user who asks
 */
record Exchange(Request request, Response response, Query query, User user) {
  /** As the real server: 3 MiB. */
  static final int LARGEST_BODY = 3 << 20;

  private static final long MOST_SKIPPED = 32L << 20;

  static Exchange of(Request request, Response response, User user) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    Fields fields = Request.extractQueryParameters(request, StandardCharsets.UTF_8);
    fields.forEach(field -> values.put(field.getName(), new ArrayList<>(field.getValues())));
    return new Exchange(request, response, new Query(values), user);
  }

  String method() {
    return request.getMethod();
  }

  String path() {
    return Request.getPathInContext(request);
  }

  /** A header; empty where it is absent. */
  String header(HttpHeader name) {
    String value = request.getHeaders().get(name);
    return value == null ? "" : value;
  }

  /** The Content-Type without its parameters. */
  String mediaType() {
    return header(HttpHeader.CONTENT_TYPE).split(";", 2)[0].strip();
  }

  /** The whole body; throws ApiFault 413 when it is too large. */
  byte[] body() throws IOException {
    try (InputStream in = Content.Source.asInputStream(request)) {
      byte[] body = in.readNBytes(LARGEST_BODY + 1);
      if (body.length > LARGEST_BODY) {
        // A client that still sends when the connection is closed never reads why.
        in.skip(MOST_SKIPPED);
        throw ApiFault.tooLarge(LARGEST_BODY);
      }
      return body;
    }
  }

  /** Sends a whole answer. */
  void send(int code, String mediaType, byte[] body) throws IOException {
    response.setStatus(code);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, mediaType);
    response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-cache, private");
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
    try (var out = Content.Sink.asOutputStream(response)) {
      out.write(body);
    }
  }
}

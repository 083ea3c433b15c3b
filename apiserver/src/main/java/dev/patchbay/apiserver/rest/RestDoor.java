package dev.patchbay.apiserver.rest;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.patchbay.apiserver.auth.Tokens;
import dev.patchbay.apiserver.auth.User;
import dev.patchbay.apiserver.fault.ApiFault;
import dev.patchbay.apiserver.store.StoreException;
import dev.patchbay.apiserver.stream.StreamEndpoints;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Where requests come in: who asks, what about, may he, and how it is answered. Each runs in a
 * virtual thread of its own.
 */
public final class RestDoor extends Handler.Abstract {
  private static final Logger LOG = LoggerFactory.getLogger(RestDoor.class);
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String BEARER = "Bearer ";
  private static final String MEDIA_TYPE = "application/json";

  /** Answered to everybody: whether the server lives is no secret. */
  private static final List<String> OPEN = List.of("/healthz", "/livez", "/readyz", "/version");

  /** Each holds a connection and a thread that waits. */
  private static final int MOST_WATCHES = 200;

  private final AtomicInteger watches = new AtomicInteger();
  private final Tokens tokens;
  private final Objects objects;
  private final Documents documents;
  private final Optional<StreamEndpoints> streams;

  /**
   * A door to these.
   *
   * @param streams of the node that runs pods; empty where there is none
   */
  public RestDoor(
      Tokens tokens, Objects objects, Documents documents, Optional<StreamEndpoints> streams) {
    this.tokens = tokens;
    this.objects = objects;
    this.documents = documents;
    this.streams = streams;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    try {
      Exchange exchange = Exchange.of(request, response, user(request));
      if (answer(exchange, callback)) {
        callback.succeeded();
      }
    } catch (ApiFault e) {
      fail(e, request, response, callback);
    } catch (EofException e) {
      callback.failed(e); // the client has gone
    } catch (StoreException e) {
      LOG.error("Patchbay: {}", e.getMessage());
      fail(
          new ApiFault(500, "InternalError", String.valueOf(e.getMessage()), ApiFault.Details.NONE),
          request,
          response,
          callback);
    } catch (Exception e) {
      LOG.error("Patchbay: a defect in {} {}: {}", request.getMethod(), path(request), e, e);
      fail(
          new ApiFault(
              500,
              "InternalError",
              "a defect in patchbay: " + e + "; report it with the log",
              ApiFault.Details.NONE),
          request,
          response,
          callback);
    }
    return true;
  }

  /** Never with its query, which may hold what is nobody's business. */
  private static String path(Request request) {
    return Request.getPathInContext(request);
  }

  private User user(Request request) {
    if (OPEN.contains(path(request))) {
      return new User("system:anonymous", List.of(), java.util.Set.of(), true);
    }
    String header = request.getHeaders().get(HttpHeader.AUTHORIZATION);
    if (header == null || !header.startsWith(BEARER)) {
      throw ApiFault.unauthorized();
    }
    User user =
        tokens.user(header.substring(BEARER.length()).strip()).orElseThrow(ApiFault::unauthorized);
    if (request.getHeaders().stream()
        .anyMatch(field -> field.getLowerCaseName().startsWith("impersonate-"))) {
      throw ApiFault.forbidden(
          ApiFault.Details.NONE, "impersonation is not served; use a token of that user's");
    }
    return user;
  }

  /** Whether the answer is complete; else somebody else completes it. */
  private boolean answer(Exchange exchange, Callback callback) throws Exception {
    return switch (Route.of(exchange.path(), objects.kinds())) {
      case Route.Document(var path) -> {
        documents.answer(exchange, path);
        yield true;
      }
      case Route.Objects at -> {
        objects.permit(exchange, at);
        if (StreamEndpoints.serves(at.subresource()) && at.kind().kind().equals("Pod")) {
          streams
              .orElseThrow(ApiFault::noResource)
              .answer(
                  at.subresource(),
                  objects.find(at),
                  exchange.request(),
                  exchange.response(),
                  callback);
          yield false;
        }
        rendering(exchange); // refuses what cannot be shown before anything is done
        if (objects.isWatch(exchange, at)) {
          yield watch(exchange, at, callback);
        }
        send(exchange, at, objects.answer(exchange, at));
        yield true;
      }
    };
  }

  private boolean watch(Exchange exchange, Route.Objects at, Callback callback)
      throws IOException, InterruptedException {
    if (watches.get() >= MOST_WATCHES) {
      throw new ApiFault(
          429,
          "TooManyRequests",
          "there are " + MOST_WATCHES + " watches already; end some, or try again later",
          ApiFault.Details.NONE.after(1));
    }
    Watching watching = objects.watch(exchange, at);
    Rendering rendering = rendering(exchange);
    if (exchange.header(HttpHeader.UPGRADE).equalsIgnoreCase("websocket")) {
      return WatchSocket.upgrade(
          exchange,
          callback,
          sink -> run(watching, event -> sink.event(shown(event, at, rendering))));
    }
    exchange.response().setStatus(200);
    exchange.response().getHeaders().put(HttpHeader.CONTENT_TYPE, MEDIA_TYPE);
    try (OutputStream out = Content.Sink.asOutputStream(exchange.response())) {
      // The client waits for the head, also when nothing happens for long.
      out.flush();
      run(
          watching,
          event -> {
            out.write(
                (JSON.writeValueAsString(shown(event, at, rendering)) + "\n").getBytes(UTF_8));
            out.flush();
          });
    }
    return true;
  }

  private void run(Watching watching, Watching.Sink sink) throws IOException, InterruptedException {
    watches.incrementAndGet();
    try {
      watching.run(sink);
    } finally {
      watches.decrementAndGet();
    }
  }

  private static ObjectNode shown(ObjectNode event, Route.Objects at, Rendering rendering) {
    if (!rendering.table() || !(event.path("object") instanceof ObjectNode object)) {
      return event;
    }
    if (event.path("type").asString("").equals("BOOKMARK")) {
      return event;
    }
    ObjectNode shown = event.objectNode().put("type", event.path("type").asString(""));
    shown.set("object", rendering.show(at.kind(), object));
    return shown;
  }

  private static Rendering rendering(Exchange exchange) {
    return Rendering.of(exchange.header(HttpHeader.ACCEPT), exchange.query());
  }

  private static void send(Exchange exchange, Route.Objects at, Answer answer) throws IOException {
    for (String warning : answer.warnings()) {
      exchange
          .response()
          .getHeaders()
          .add("Warning", "299 - \"" + warning.replace("\\", "\\\\").replace("\"", "\\\"") + "\"");
    }
    ObjectNode body = rendering(exchange).show(at.kind(), answer.body());
    exchange.send(answer.code(), MEDIA_TYPE, JSON.writeValueAsBytes(body));
  }

  private static void fail(ApiFault fault, Request request, Response response, Callback callback) {
    if (response.isCommitted()) {
      callback.failed(fault);
      return;
    }
    boolean isPlain = fault.reason().isEmpty() && fault.code() == 404;
    byte[] body =
        isPlain
            ? String.valueOf(fault.getMessage()).getBytes(UTF_8)
            : JSON.writeValueAsBytes(Statuses.of(fault));
    response.reset();
    response.setStatus(fault.code());
    response
        .getHeaders()
        .put(HttpHeader.CONTENT_TYPE, isPlain ? "text/plain; charset=utf-8" : MEDIA_TYPE);
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
    fault
        .details()
        .retryAfterSeconds()
        .ifPresent(seconds -> response.getHeaders().put(HttpHeader.RETRY_AFTER, seconds));
    LOG.debug("Patchbay: {} {}: {}", request.getMethod(), path(request), fault.code());
    response.write(true, java.nio.ByteBuffer.wrap(body), callback);
  }
}

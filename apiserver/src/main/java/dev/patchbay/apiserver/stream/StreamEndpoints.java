package dev.patchbay.apiserver.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.server.ServerWebSocketContainer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * The subresources exec, attach and log of pods. exec and attach are WebSockets with the
 * subprotocol v5.channel.k8s.io or v4.channel.k8s.io; every other handshake is answered with a
 * Status that says so, which kubectl shows.
 */
public final class StreamEndpoints {
  private static final Logger LOG = LoggerFactory.getLogger(StreamEndpoints.class);
  private static final Set<String> NAMES = Set.of("exec", "attach", "log");
  private static final int BLOCK = 32 << 10;

  private final PodStreams streams;
  private final Clock clock;

  /** Endpoints in front of that node. */
  public StreamEndpoints(PodStreams streams, Clock clock) {
    this.streams = streams;
    this.clock = clock;
  }

  /** Makes a server able to upgrade; to be called before it starts. */
  public static void prepare(Server server) {
    ServerWebSocketContainer.ensure(server);
  }

  /** Whether a pod's subresource is answered here. */
  public static boolean serves(String subresource) {
    return NAMES.contains(subresource);
  }

  /**
   * Answers a request whose client may do what it asks, and completes the callback; blocks until a
   * log is sent.
   *
   * @param pod the whole object
   */
  public void answer(
      String subresource, JsonNode pod, Request request, Response response, Callback callback) {
    try {
      StreamQuery query = new StreamQuery(Request.extractQueryParameters(request, UTF_8));
      PodContainers containers = new PodContainers(pod);
      switch (subresource) {
        case "exec" -> {
          containers.requireAlive("exec into");
          ContainerRef container = containers.choose(query.container());
          List<String> command = query.command();
          StreamOptions options = query.streams(false);
          upgrade(() -> streams.exec(container, command, options), request, response, callback);
        }
        case "attach" -> {
          containers.requireAlive("attach to");
          ContainerRef container = containers.choose(query.container());
          StreamOptions options = containers.attachable(container, query.streams(true));
          upgrade(() -> streams.attach(container, options), request, response, callback);
        }
        case "log" -> log(containers, query, request, response, callback);
        default -> throw StreamRefusal.notFound("the server could not find the requested resource");
      }
    } catch (StreamRefusal e) {
      refuse(e, response, callback);
    }
  }

  private static void upgrade(
      ProcessSocket.Start start, Request request, Response response, Callback callback)
      throws StreamRefusal {
    String upgrade = Optional.ofNullable(request.getHeaders().get(HttpHeader.UPGRADE)).orElse("");
    if (request.getMethod().equals("POST") && !upgrade.isEmpty()) {
      throw StreamRefusal.badRequest(
          "this server streams over WebSocket, not over SPDY: use kubectl 1.31 or newer, and leave"
              + " KUBECTL_REMOTE_COMMAND_WEBSOCKETS unset");
    }
    if (!request.getMethod().equals("GET") || !upgrade.equalsIgnoreCase("websocket")) {
      throw StreamRefusal.badRequest("Upgrade request required");
    }
    List<String> offered = request.getHeaders().getCSV(HttpHeader.SEC_WEBSOCKET_SUBPROTOCOL, false);
    ChannelProtocol protocol =
        ChannelProtocol.best(offered)
            .orElseThrow(() ->
                StreamRefusal.badRequest(
                    "none of the WebSocket subprotocols %s is spoken here: offer %s or %s"
                        .formatted(offered, ChannelProtocol.V5.text(), ChannelProtocol.V4.text())));
    ServerWebSocketContainer sockets = ServerWebSocketContainer.get(request.getContext());
    boolean upgraded =
        sockets.upgrade(
            (_, answer, _) -> {
              answer.setAcceptedSubProtocol(protocol.text());
              return new ProcessSocket(protocol, start);
            },
            request,
            response,
            callback);
    if (!upgraded) {
      throw StreamRefusal.badRequest("the WebSocket handshake lacks a header");
    }
  }

  private void log(
      PodContainers containers,
      StreamQuery query,
      Request request,
      Response response,
      Callback callback)
      throws StreamRefusal {
    if (!request.getMethod().equals("GET")) {
      throw new StreamRefusal(
          405,
          "MethodNotAllowed",
          "the server does not allow this method on the requested resource");
    }
    containers.requireHost();
    LogOptions options = query.log(clock);
    // A container that says nothing for a while is no reason to end its log.
    request.addIdleTimeoutListener(_ -> false);
    try (InputStream log = streams.logs(containers.choose(query.container()), options);
        PeerWatch _ = PeerWatch.over(Peer.of(request), log)) {
      response.setStatus(200);
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain");
      response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-cache, private");
      send(log, response);
      callback.succeeded();
    } catch (IOException e) {
      LOG.debug("a log ended early", e);
      callback.failed(e);
    }
  }

  private static void send(InputStream log, Response response) throws IOException {
    try (OutputStream out = Content.Sink.asOutputStream(response)) {
      // the client learns at once that its request is served
      out.flush();
      byte[] block = new byte[BLOCK];
      for (int count = log.read(block); count >= 0; count = log.read(block)) {
        out.write(block, 0, count);
        out.flush();
      }
    }
  }

  private static void refuse(StreamRefusal refusal, Response response, Callback callback) {
    byte[] body = StatusJson.of(refusal);
    response.setStatus(refusal.code());
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
    response.write(true, ByteBuffer.wrap(body), callback);
  }
}

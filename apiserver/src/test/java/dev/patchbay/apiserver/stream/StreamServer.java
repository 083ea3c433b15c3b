package dev.patchbay.apiserver.stream;

import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The endpoints alone behind a port of the loopback: the path's last word is the subresource. */
final class StreamServer {
  static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

  final PlayedStreams node = new PlayedStreams();
  private final Server server = new Server();
  private final ServerConnector connector = new ServerConnector(server);
  private volatile JsonNode pod = pod("Running", "main");

  StreamServer() throws Exception {
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    StreamEndpoints endpoints = new StreamEndpoints(node, Clock.fixed(NOW, ZoneOffset.UTC));
    server.setHandler(
        new Handler.Abstract() {
          @Override
          public boolean handle(Request request, Response response, Callback callback) {
            String path = Request.getPathInContext(request);
            String subresource = path.substring(path.lastIndexOf('/') + 1);
            endpoints.answer(subresource, pod, request, response, callback);
            return true;
          }
        });
    StreamEndpoints.prepare(server);
    server.start();
  }

  void serve(String phase, String... containers) {
    pod = pod(phase, containers);
  }

  private static JsonNode pod(String phase, String... containers) {
    StringBuilder list = new StringBuilder();
    for (String container : containers) {
      list.append(list.isEmpty() ? "" : ",")
          .append("{\"stdin\":true,\"tty\":true,\"name\":\"")
          .append(container)
          .append("\"}");
    }
    return JsonMapper.shared()
        .readTree(
            """
            {"metadata":{"name":"a","namespace":"demo","uid":"u1"},
             "spec":{"nodeName":"n1","containers":[%s]},"status":{"phase":"%s"}}\
            """
                .formatted(list, phase));
  }

  URI http(String rest) {
    return URI.create("http://127.0.0.1:%d/%s".formatted(connector.getLocalPort(), rest));
  }

  URI webSocket(String rest) {
    return URI.create("ws://127.0.0.1:%d/%s".formatted(connector.getLocalPort(), rest));
  }

  void stop() throws Exception {
    server.stop();
  }
}

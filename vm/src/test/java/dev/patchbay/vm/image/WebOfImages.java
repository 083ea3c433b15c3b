package dev.patchbay.vm.image;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A web server of this process that knows ranges and tags, and can break off. */
final class WebOfImages implements AutoCloseable {
  private final HttpServer server;
  private final Map<String, byte[]> files = new ConcurrentHashMap<>();

  /** What was asked, as {@code path range}. */
  final List<String> asked = new CopyOnWriteArrayList<>();

  /** After how many bytes the next answers break off; none when empty. */
  final CopyOnWriteArrayList<Integer> breaks = new CopyOnWriteArrayList<>();

  final AtomicInteger tag = new AtomicInteger(1);

  WebOfImages() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
  }

  WebOfImages with(String path, byte[] content) {
    files.put(path, content);
    return this;
  }

  String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    Optional<String> range = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Range"));
    asked.add(path + range.map(r -> " " + r).orElse(""));
    byte[] content = files.get(path);
    String mark = "\"" + tag.get() + "\"";
    if (content == null) {
      exchange.sendResponseHeaders(404, -1);
    } else if (mark.equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
      exchange.sendResponseHeaders(304, -1);
    } else {
      exchange.getResponseHeaders().add("ETag", mark);
      boolean same = mark.equals(exchange.getRequestHeaders().getFirst("If-Range"));
      int from = same ? range.map(r -> Integer.parseInt(r.replaceAll("\\D", ""))).orElse(0) : 0;
      exchange.sendResponseHeaders(from > 0 ? 206 : 200, content.length - from);
      int broken = breaks.isEmpty() ? Integer.MAX_VALUE : breaks.removeFirst();
      exchange.getResponseBody().write(content, from, Math.min(broken, content.length - from));
      exchange.getResponseBody().flush();
    }
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}

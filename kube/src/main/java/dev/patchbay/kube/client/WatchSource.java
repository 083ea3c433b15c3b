package dev.patchbay.kube.client;

import dev.patchbay.cni.json.Json;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/** Watches by HTTP: one long answer, a JSON event on each line. */
abstract class WatchSource implements Reflector.Source {
  private static final int WATCH_SECONDS = 300;
  // by then the server should have ended it: the connection is half open
  private static final int LIMIT_SECONDS = WATCH_SECONDS + 30;

  private final HttpClient http;
  private final String url;
  private final List<String> query;

  WatchSource(HttpClient http, String url, List<String> query) {
    this.http = http;
    this.url = url;
    this.query = List.copyOf(query);
  }

  @Override
  public void watch(String afterVersion, Consumer<ObjectNode> events) throws InterruptedException {
    List<String> pairs = new ArrayList<>(query);
    pairs.add("watch=true");
    pairs.add("allowWatchBookmarks=true");
    pairs.add("timeoutSeconds=" + WATCH_SECONDS);
    pairs.add("resourceVersion=" + afterVersion);
    HttpRequest request =
        http.newHttpRequestBuilder()
            .uri(url + "?" + String.join("&", pairs))
            .header("Accept", "application/json")
            .forStreaming()
            .build();
    var lines = new Lines();
    var failed = new CompletableFuture<Void>();
    HttpResponse<AsyncBody> response =
        Fabric8KubeApi.await(
            http.consumeBytes(request, (buffers, body) -> lines.feed(buffers, body, failed)), url);
    AsyncBody body = response.body();
    StringBuilder refusal = new StringBuilder();
    lines.sink =
        response.isSuccessful()
            ? line -> events.accept(Json.foreign(line, "watch event"))
            : refusal::append;
    body.consume();
    try {
      CompletableFuture.anyOf(body.done(), failed).get(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw KubeFailure.unreachable("the watch of " + url + " does not end", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KubeFailure failure ? failure : cutOff(e);
    } finally {
      body.cancel();
    }
    if (!response.isSuccessful()) {
      refusal.append(lines.rest());
      throw KubeFailure.of(
          response.code(), Fabric8KubeApi.parsed(refusal.toString(), response.code(), url));
    }
  }

  private KubeFailure cutOff(ExecutionException e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return KubeFailure.unreachable("the watch of " + url + " was cut off: " + cause, cause);
  }

  /** Cuts bytes into lines; a line may come in any number of pieces. */
  private static final class Lines {
    private final ByteArrayOutputStream rest = new ByteArrayOutputStream();
    private volatile Consumer<String> sink = _ -> {};

    void feed(List<ByteBuffer> buffers, AsyncBody body, CompletableFuture<Void> failed) {
      try {
        buffers.forEach(this::feed);
        body.consume();
      } catch (RuntimeException e) {
        failed.completeExceptionally(e);
      }
    }

    private void feed(ByteBuffer bytes) {
      while (bytes.hasRemaining()) {
        byte one = bytes.get();
        if (one == '\n') {
          String line = rest();
          if (!line.isBlank()) {
            sink.accept(line);
          }
        } else {
          rest.write(one);
        }
      }
    }

    String rest() {
      String text = rest.toString(StandardCharsets.UTF_8);
      rest.reset();
      return text;
    }
  }
}

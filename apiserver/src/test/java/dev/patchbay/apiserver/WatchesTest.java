package dev.patchbay.apiserver;

import static dev.patchbay.apiserver.Served.CONFIG_MAPS;
import static dev.patchbay.apiserver.Served.PODS;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@Timeout(value = 3, unit = TimeUnit.MINUTES)
class WatchesTest {
  private static final int OBJECTS = 1_000;
  private static final int WATCHERS = 20;
  private static final int MOST = 200;

  @TempDir Path folder;
  private Served api;

  @BeforeEach
  void start() throws Exception {
    api = Served.in(folder);
  }

  @AfterEach
  void stop() throws Exception {
    api.close();
  }

  @Test
  void aWatchTellsWhatHappensAfterTheVersionOfAList() throws Exception {
    api.post(CONFIG_MAPS, ObjectsTest.map("before", "1"));
    String version = api.get(CONFIG_MAPS).at("/metadata/resourceVersion");
    api.post(CONFIG_MAPS, ObjectsTest.map("a", "1"));
    api.put(CONFIG_MAPS + "/a", ObjectsTest.map("a", "2"));
    api.delete(CONFIG_MAPS + "/a");

    try (var events = api.watch(CONFIG_MAPS + "?watch=true&resourceVersion=" + version)) {
      List<JsonNode> seen = events.limit(3).toList();
      assertThat(seen)
          .extracting(event -> event.path("type").asString())
          .containsExactly("ADDED", "MODIFIED", "DELETED");
      assertThat(seen.getLast().at("/object/metadata/resourceVersion").asString())
          .isEqualTo(api.get(CONFIG_MAPS).at("/metadata/resourceVersion"));
    }
  }

  @Test
  void initialEventsEndWithTheirBookmark() throws Exception {
    api.post(CONFIG_MAPS, ObjectsTest.map("a", "1"));
    String query =
        "?watch=true&sendInitialEvents=true&allowWatchBookmarks=true"
            + "&resourceVersionMatch=NotOlderThan&resourceVersion=0";

    try (var events = api.watch(CONFIG_MAPS + query)) {
      List<JsonNode> seen = events.limit(2).toList();
      assertThat(seen.getFirst().path("type").asString()).isEqualTo("ADDED");
      assertThat(seen.getLast().path("type").asString()).isEqualTo("BOOKMARK");
      assertThat(
              seen.getLast()
                  .at("/object/metadata/annotations")
                  .path("k8s.io/initial-events-end")
                  .asString())
          .isEqualTo("true");
    }
    assertThat(api.get(CONFIG_MAPS + "?watch=true&sendInitialEvents=true").code()).isEqualTo(422);
  }

  @Test
  void aSelectorsWatchTellsOfComingAndGoing() throws Exception {
    String version = api.get(CONFIG_MAPS).at("/metadata/resourceVersion");
    api.post(CONFIG_MAPS, ObjectsTest.map("a", "1"));
    label("\"on\"");
    label("null");

    try (var events =
        api.watch(CONFIG_MAPS + "?watch=true&labelSelector=lamp%3Don&resourceVersion=" + version)) {
      assertThat(events.limit(2).map(event -> event.path("type").asString()))
          .containsExactly("ADDED", "DELETED");
    }
  }

  @Test
  void aVersionFromBeforeARestartIs410AndATimeoutEndsTheWatchCleanly() throws Exception {
    String version = api.get(CONFIG_MAPS).at("/metadata/resourceVersion");
    api.post(CONFIG_MAPS, ObjectsTest.map("a", "1"));
    api.close();
    api = Served.in(folder);

    try (var events = api.watch(CONFIG_MAPS + "?watch=true&resourceVersion=" + version)) {
      JsonNode only = events.toList().getFirst();
      assertThat(only.path("type").asString()).isEqualTo("ERROR");
      assertThat(only.at("/object/code").asInt()).isEqualTo(410);
    }
    try (var events = api.watch(CONFIG_MAPS + "?watch=true&timeoutSeconds=1")) {
      assertThat(events.toList()).hasSize(1);
    }
  }

  /** kubectl get -w asks for no bookmarks, and nothing may happen for hours. */
  @Test
  void aWatchOutlivesTheIdleTimeOfItsConnection() throws Exception {
    try (Served impatient =
            Served.in(Files.createDirectory(folder.resolve("impatient")), Duration.ofMillis(200));
        var events = impatient.watch(CONFIG_MAPS + "?watch=true")) {
      var seen = events.iterator();
      impatient.post(CONFIG_MAPS, ObjectsTest.map("a", "1"));
      assertThat(seen.next().at("/object/metadata/name").asString()).isEqualTo("a");
      var silent =
          new Socket(InetAddress.getLoopbackAddress(), URI.create(impatient.url()).getPort());
      try (silent) {
        silent.setSoTimeout(20_000);
        // A connection that is younger ends by the same rule, so the watch has been silent as long.
        assertThat(silent.getInputStream().read()).as("closed").isEqualTo(-1);
      }
      impatient.post(CONFIG_MAPS, ObjectsTest.map("b", "1"));
      assertThat(seen.next().at("/object/metadata/name").asString()).isEqualTo("b");
    }
  }

  @Test
  void aWebSocketWithoutSubprotocolIsAWatchToo() throws Exception {
    BlockingQueue<String> texts = new LinkedBlockingQueue<>();
    WebSocket socket =
        api.client()
            .newWebSocketBuilder()
            .header("Authorization", "Bearer " + api.admin())
            .buildAsync(
                URI.create(api.url().replace("https", "wss") + CONFIG_MAPS + "?watch=true"),
                new Texts(texts))
            .get(20, TimeUnit.SECONDS);
    api.post(CONFIG_MAPS, ObjectsTest.map("a", "1"));

    JsonNode event = Served.JSON.readTree(take(texts));

    assertThat(event.path("type").asString()).isEqualTo("ADDED");
    assertThat(event.at("/object/metadata/name").asString()).isEqualTo("a");
    socket.abort();
  }

  @Test
  void aNicIsSeenWhereAPodsStatusTellsOfIt() throws Exception {
    api.post(PODS, ObjectsTest.pod("web"));
    String nics = "/apis/patchbay.dev/v1alpha1/namespaces/default/nics";
    String version = api.get(nics).at("/metadata/resourceVersion");
    status("{\"name\":\"eth0\",\"state\":\"InProgress\"}");
    status(
        "{\"name\":\"eth0\",\"state\":\"Ready\",\"vpc\":\"v\",\"network\":\"n\","
            + "\"ipAddresses\":[\"10.0.0.2/24\"],\"mac\":\"02:00:00:00:00:01\"}");

    assertThat(api.get(nics + "/web.eth0").at("/status/state")).isEqualTo("Ready");
    JsonNode table =
        api.send(
                api.request(nics)
                    .header("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io")
                    .GET())
            .json();
    assertThat(table.at("/rows/0/cells").toString())
        .startsWith("[\"web\",\"eth0\",\"Ready\",\"v/n\",\"10.0.0.2/24\",\"02:00:00:00:00:01\",");
    assertThat(api.post(nics, "{}").code()).isEqualTo(405);

    status("");
    try (var events = api.watch(nics + "?watch=true&resourceVersion=" + version)) {
      assertThat(events.limit(3).map(event -> event.path("type").asString()))
          .containsExactly("ADDED", "MODIFIED", "DELETED");
    }
  }

  @Test
  void oneWatchTooManyIs429AndOtherRequestsGoOn() throws Exception {
    String watch = CONFIG_MAPS + "?watch=true";
    List<Stream<JsonNode>> open = new ArrayList<>();
    try {
      while (open.size() < MOST) {
        open.add(api.watch(watch));
      }
      assertThat(api.get(watch).code()).isEqualTo(429);
      assertThat(api.get(CONFIG_MAPS).code()).isEqualTo(200);
    } finally {
      open.forEach(Stream::close);
    }
  }

  @Test
  void twentyWatchersSeeAThousandObjectsAlsoOverARestart() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Map<String, String>>> watchers = new ArrayList<>();
      for (int watcher = 0; watcher < WATCHERS; watcher++) {
        watchers.add(threads.submit(this::seenOfAll));
      }
      for (int number = 0; number < OBJECTS; number++) {
        if (number == OBJECTS / 2) {
          restart();
        }
        assertThat(api.post(CONFIG_MAPS, ObjectsTest.map("o" + number, "1")).code()).isEqualTo(201);
      }
      for (Future<Map<String, String>> watcher : watchers) {
        assertThat(watcher.get(2, TimeUnit.MINUTES)).hasSize(OBJECTS);
      }
    }
  }

  private synchronized void restart() throws Exception {
    api.close();
    api = Served.in(folder);
  }

  private synchronized Served current() {
    return api;
  }

  /** As a client does: list and watch, and again from the list when the watch ends. */
  private Map<String, String> seenOfAll() throws Exception {
    Map<String, String> seen = new HashMap<>();
    while (seen.size() < OBJECTS) {
      try (var events = current().watch(CONFIG_MAPS + "?watch=true")) {
        var each = events.iterator();
        while (seen.size() < OBJECTS && each.hasNext()) {
          JsonNode metadata = each.next().at("/object/metadata");
          seen.put(metadata.path("name").asString(), metadata.path("resourceVersion").asString());
        }
      } catch (java.io.IOException | java.io.UncheckedIOException e) {
        Thread.sleep(50); // the server is away
      }
    }
    return seen;
  }

  private void label(String value) throws Exception {
    api.patch(
        "merge-patch+json",
        CONFIG_MAPS + "/a",
        "{\"metadata\":{\"labels\":{\"lamp\":" + value + "}}}");
  }

  private void status(String nic) throws Exception {
    assertThat(
            api.patch(
                    "merge-patch+json",
                    PODS + "/web/status",
                    "{\"status\":{\"nicStatuses\":[" + nic + "]}}")
                .code())
        .isEqualTo(200);
  }

  private static String take(BlockingQueue<String> texts) throws InterruptedException {
    String text = texts.poll(20, TimeUnit.SECONDS);
    if (text == null) {
      throw new AssertionError("nothing came in time");
    }
    return text;
  }

  private record Texts(BlockingQueue<String> whole) implements WebSocket.Listener {
    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
      whole.add(part.toString());
      socket.request(1);
      return null;
    }
  }
}

package dev.patchbay.apiserver.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.patchbay.apiserver.store.ObjectStore.News;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class ObjectStoreTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  @TempDir Path folder;

  @Test
  void everyWriteRaisesTheOneVersionAndIsWrittenIntoTheObject() {
    try (var store = open()) {
      long first = put(store, "a", 1).version();
      Stored second = put(store, "b", 1);

      assertThat(second.version()).isEqualTo(first + 1).isEqualTo(store.version());
      assertThat(second.object().at("/metadata/resourceVersion").asString())
          .isEqualTo(Long.toString(second.version()));
    }
  }

  @Test
  void objectsVersionAndDeletionsSurviveAReopening() {
    long version;
    try (var store = open()) {
      put(store, "kept", 7);
      put(store, "gone", 1);
      store.change(key("gone"), _ -> new Write.Delete());
      version = store.version();
    }
    try (var store = open()) {
      assertThat(store.version()).isEqualTo(version);
      assertThat(store.get(key("kept")).orElseThrow().object().path("n").asInt()).isEqualTo(7);
      assertThat(store.get(key("gone"))).isEmpty();
      assertThat(put(store, "next", 1).version()).isEqualTo(version + 1);
    }
  }

  @Test
  void keepingAndThrowingWriteNothing() {
    try (var store = open()) {
      put(store, "a", 1);
      long version = store.version();

      store.change(key("a"), _ -> new Write.Keep());
      assertThatThrownBy(() ->
              store.change(
                  key("a"),
                  _ -> {
                    throw new IllegalStateException("no");
                  }))
          .hasMessage("no");

      assertThat(store.version()).isEqualTo(version);
      assertThat(store.get(key("a")).orElseThrow().object().path("n").asInt()).isEqualTo(1);
    }
  }

  @Test
  void deletingTheAbsentChangesNothing() {
    try (var store = open()) {
      long version = store.version();

      assertThat(store.change(key("never"), _ -> new Write.Delete())).isEmpty();
      assertThat(store.version()).isEqualTo(version);
    }
  }

  @Test
  void listsAreSortedByNamespaceThenNameAndKnowOneResourceOnly() {
    try (var store = open()) {
      for (String space : List.of("b", "a-b", "a")) {
        store.change(new ObjectKey("", "pods", space, "p"), _ -> new Write.Put(object("p", 1)));
      }
      store.change(new ObjectKey("", "podsy", "a", "x"), _ -> new Write.Put(object("x", 1)));

      assertThat(store.list("", "pods", Optional.empty()).items())
          .extracting(stored -> stored.key().namespace())
          .containsExactly("a", "a-b", "b");
      assertThat(store.list("", "pods", Optional.of("a")).items()).hasSize(1);
      assertThat(store.list("", "pod", Optional.empty()).items()).isEmpty();
    }
  }

  @Test
  void noIncrementOfManyRacingClientsIsLost() throws Exception {
    try (var store = open();
        var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      put(store, "counter", 0);
      List<Future<?>> running = new ArrayList<>();
      for (int client = 0; client < 8; client++) {
        running.add(
            clients.submit(() -> {
              for (int turn = 0; turn < 50; turn++) {
                store.change(
                    key("counter"),
                    before ->
                        new Write.Put(
                            object(
                                "counter", before.orElseThrow().object().path("n").asInt() + 1)));
              }
            }));
      }
      for (Future<?> one : running) {
        one.get();
      }
      assertThat(store.get(key("counter")).orElseThrow().object().path("n").asInt()).isEqualTo(400);
    }
  }

  @Test
  void aWatchHearsWhatHappenedInOrderAndWaitsForMore() throws Exception {
    try (var store = open()) {
      long before = store.version();
      put(store, "a", 1);
      put(store, "a", 2);
      store.change(key("a"), _ -> new Write.Delete());

      var news = (News.Changes) store.after(before, LONG);
      assertThat(news.changes()).extracting(Change::version).isSorted().hasSize(3);
      assertThat(news.changes().getFirst().before()).isEmpty();
      assertThat(news.changes().getLast().after()).isEmpty();

      try (var late = Executors.newVirtualThreadPerTaskExecutor()) {
        Future<News> waiting = late.submit(() -> store.after(news.upTo(), LONG));
        put(store, "b", 1);
        assertThat(((News.Changes) waiting.get()).changes()).hasSize(1);
      }
    }
  }

  @Test
  void whatIsTooLongAgoIsForgottenAndSaidSo() throws Exception {
    try (var store = ObjectStore.open(folder.resolve("o.db"), 5)) {
      long start = store.version();
      for (int turn = 0; turn < 7; turn++) {
        put(store, "a", turn);
      }

      assertThat(store.remembers(start)).isFalse();
      assertThat(store.after(start, LONG)).isEqualTo(new News.Forgotten(start + 2));
      assertThat(((News.Changes) store.after(start + 2, LONG)).changes()).hasSize(5);
    }
  }

  @Test
  void afterAReopeningOnlyTheNewIsRemembered() throws Exception {
    long before;
    try (var store = open()) {
      before = store.version();
      put(store, "a", 1);
    }
    try (var store = open()) {
      assertThat(store.after(before, LONG)).isInstanceOf(News.Forgotten.class);
      assertThat(store.remembers(store.version())).isTrue();
    }
  }

  @Test
  void closingEndsTheWaitOfWatches() throws Exception {
    try (var waiters = Executors.newVirtualThreadPerTaskExecutor()) {
      var store = open();
      Future<News> waiting = waiters.submit(() -> store.after(store.version(), LONG));
      store.close();

      assertThat(((News.Changes) waiting.get()).isEnd()).isTrue();
    }
  }

  @Test
  void aDamagedFileIsNamedWithTheRemedy() throws Exception {
    Path file = folder.resolve("o.db");
    Files.write(
        file, "this is no database, and long enough to be looked at".repeat(40).getBytes(UTF_8));

    assertThatThrownBy(() -> ObjectStore.open(file))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("move it away");
  }

  @Test
  void anObjectThatCannotBeReadIsNoReasonToForgetIt() throws Exception {
    open().close();
    Path file = folder.resolve("o.db");
    try (var sql = DriverManager.getConnection("jdbc:sqlite:" + file);
        var statement = sql.createStatement()) {
      statement.execute("INSERT INTO objects VALUES ('', 'pods', 'd', 'p', 9, '{half')");
    }

    assertThatThrownBy(this::open)
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void aFileOfALaterVersionIsNotTouched() throws Exception {
    open().close();
    Path file = folder.resolve("o.db");
    try (var sql = DriverManager.getConnection("jdbc:sqlite:" + file);
        var statement = sql.createStatement()) {
      statement.execute("PRAGMA user_version = 99");
    }

    assertThatThrownBy(this::open)
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("later Patchbay (format 99");
  }

  private ObjectStore open() {
    return ObjectStore.open(folder.resolve("o.db"));
  }

  private static Stored put(ObjectStore store, String name, int number) {
    return store.change(key(name), _ -> new Write.Put(object(name, number))).orElseThrow();
  }

  private static ObjectKey key(String name) {
    return new ObjectKey("", "configmaps", "default", name);
  }

  private static ObjectNode object(String name, int number) {
    ObjectNode object = JsonMapper.shared().createObjectNode();
    object.putObject("metadata").put("name", name);
    return object.put("n", number);
  }
}

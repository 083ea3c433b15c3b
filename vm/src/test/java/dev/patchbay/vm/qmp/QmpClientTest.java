package dev.patchbay.vm.qmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QmpClientTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(50);

  @TempDir private Path folder;

  private QmpClient connect() throws IOException {
    return QmpClient.connect(socket(), _ -> {}, LONG);
  }

  private Path socket() {
    return folder.resolve("qmp.sock");
  }

  @Test
  void anAnswerFindsItsCommandAmongEventsAndAnswersToOthers() throws Exception {
    List<QmpEvent> events = new CopyOnWriteArrayList<>();
    try (var _ =
            FakeMonitor.at(
                socket(),
                _ ->
                    List.of(
                        "{\"event\": \"DEVICE_DELETED\", \"data\": {\"device\": \"eth1\"},"
                            + " \"timestamp\": {\"seconds\": 1, \"microseconds\": 2}}",
                        "{\"return\": \"of nobody\", \"id\": 999}",
                        "{\"return\": {\"status\": \"running\"}, \"id\": %d}"));
        QmpClient client = QmpClient.connect(socket(), events::add, LONG)) {
      QmpAnswer answer = client.execute("query-status", Map.of(), LONG);

      assertThat(answer.orThrow().path("status").asString()).isEqualTo("running");
      assertThat(events).extracting(QmpEvent::name).containsExactly("DEVICE_DELETED");
      assertThat(events.getFirst().data().path("device").asString()).isEqualTo("eth1");
      assertThat(client.version()).isEqualTo("7.2");
    }
  }

  @Test
  void aRefusalIsAValueWithTheWordsOfQemu() throws Exception {
    try (var _ =
            FakeMonitor.at(
                socket(),
                _ ->
                    List.of(
                        "{\"id\": %d, \"error\": {\"class\": \"DeviceNotFound\", \"desc\":"
                            + " \"Device 'eth7' not found\"}}"));
        QmpClient client = connect()) {
      QmpAnswer answer = client.execute("device_del", Map.of("id", "eth7"), LONG);

      assertThat(answer)
          .isEqualTo(new QmpAnswer.Refused("DeviceNotFound", "Device 'eth7' not found"));
      assertThatThrownBy(answer::orThrow).hasMessageContaining("'eth7' not found");
    }
  }

  @Test
  void aSecondClientGetsNoGreetingAndIsToldWhy() throws Exception {
    try (var _ = FakeMonitor.at(socket(), "", _ -> List.of())) {
      assertThatThrownBy(() -> QmpClient.connect(socket(), _ -> {}, SHORT))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("another client")
          .hasMessageContaining(socket().toString());
    }
  }

  @Test
  void nobodyListens() {
    assertThatThrownBy(this::connect)
        .isInstanceOf(IOException.class)
        .hasMessageContaining(socket().toString());
  }

  @Test
  void noAnswerIsAnErrorThatNamesTheCommandAndTheConnectionStays() throws Exception {
    try (var _ =
            FakeMonitor.at(
                socket(),
                command ->
                    command.path("execute").asString().equals("stop")
                        ? List.of()
                        : List.of("{\"return\": {}, \"id\": %d}"));
        QmpClient client = connect()) {
      assertThatThrownBy(() -> client.execute("stop", Map.of(), SHORT))
          .hasMessageContaining("an answer to stop");

      assertThat(client.execute("cont", Map.of(), LONG)).isInstanceOf(QmpAnswer.Returned.class);
    }
  }

  @Test
  void garbageEndsTheConnectionForEverybodyWhoWaits() throws Exception {
    try (var _ = FakeMonitor.at(socket(), _ -> List.of("{\"return\":"));
        QmpClient client = connect()) {
      assertThatThrownBy(() -> client.execute("stop", Map.of(), LONG))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("not JSON");
      assertThat(client.ended().get(LONG.toSeconds(), TimeUnit.SECONDS))
          .hasMessageContaining("cannot be used");
      assertThatThrownBy(() -> client.execute("stop", Map.of(), LONG))
          .hasMessageContaining("cannot be used");
    }
  }

  @Test
  void aLineOfTheUsualGreatestLengthIsTakenAndAnEndlessOneIsNot() throws Exception {
    String table = "4095, ".repeat(5_000) + "0";
    try (var _ =
            FakeMonitor.at(
                socket(),
                command ->
                    command.path("execute").asString().equals("query-rx-filter")
                        ? List.of("{\"return\": [" + table + "], \"id\": %d}")
                        : List.of("x".repeat(QmpClient.MAX_LINE + 1)));
        QmpClient client = connect()) {
      assertThat(client.execute("query-rx-filter", Map.of(), LONG).orThrow()).hasSize(5_001);

      assertThatThrownBy(() -> client.execute("flood", Map.of(), LONG))
          .hasMessageContaining("a line of more than");
    }
  }

  @Test
  void theEndOfQemuIsToldToThoseWhoWait() throws Exception {
    var died = new CompletableFuture<Boolean>();
    FakeMonitor monitor =
        FakeMonitor.at(
            socket(),
            command -> {
              died.complete(true);
              throw new IllegalStateException("dies of " + command);
            });
    try (monitor;
        QmpClient client = connect()) {
      assertThatThrownBy(() -> client.execute("quit", Map.of(), LONG))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("ended");
      assertThat(died).isCompleted();
    }
  }
}

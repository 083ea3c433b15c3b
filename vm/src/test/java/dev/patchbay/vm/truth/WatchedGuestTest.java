package dev.patchbay.vm.truth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.NicState;
import dev.patchbay.vm.dhcp.NicTalk.Fact;
import dev.patchbay.vm.qmp.FakeMonitor;
import dev.patchbay.vm.qmp.QmpClient;
import dev.patchbay.vm.qmp.QmpEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class WatchedGuestTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final MacAddress MAC = new MacAddress("52:54:00:00:00:01");
  private static final InetAddress IP = Cidr.ip("10.1.2.3");
  private static final String NO_DRIVER = state("all", true, "[]", "ACKNOWLEDGE");
  private static final String DOWN = state("none", true, "[]", "DRIVER_OK");
  private static final String UP = state("none", false, "[\"01:00:5e:00:00:01\"]", "DRIVER_OK");

  @TempDir private Path folder;
  private final BlockingQueue<NicState> told = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> silent = new LinkedBlockingQueue<>();
  private volatile String now = NO_DRIVER;
  private FakeMonitor monitor;
  private QmpClient qmp;
  private WatchedGuest guest;

  private static String state(String vlan, boolean promiscuous, String groups, String virtio) {
    return """
    {"filter": [{"name": "eth1", "vlan": "%s", "promiscuous": %s, "multicast": "normal",
      "multicast-table": %s, "main-mac": "52:54:00:00:00:01"}],
     "status": {"status": {"statuses": ["%s"]}}}
    """
        .formatted(vlan, promiscuous, groups, virtio);
  }

  private List<String> answer(JsonNode command) {
    JsonNode state = JsonMapper.shared().readTree(now);
    return List.of(
        switch (command.path("execute").asString()) {
          case "query-rx-filter" -> "{\"return\": " + state.path("filter") + ", \"id\": %d}";
          case "x-query-virtio-status" -> "{\"return\": " + state.path("status") + ", \"id\": %d}";
          default -> "{\"return\": [], \"id\": %d}";
        });
  }

  @BeforeEach
  void connect() throws IOException {
    Path socket = folder.resolve("qmp.sock");
    monitor = FakeMonitor.at(socket, this::answer);
    qmp = QmpClient.connect(socket, _ -> {}, LIMIT);
    guest =
        WatchedGuest.start(
            "vm1",
            new WatchedGuest.Channels() {
              @Override
              public Optional<QmpClient> monitor(String vm) {
                return Optional.of(qmp);
              }

              @Override
              public Optional<Path> agent(String vm) {
                return Optional.empty();
              }
            },
            new WatchedGuest.Ear() {
              @Override
              public void changed() {
                told.add(view().state());
              }

              @Override
              public void silent(String device) {
                silent.add(device);
              }

              @Override
              public void trouble(String why) {
                throw new AssertionError(why);
              }
            });
    guest.has(List.of(new WatchedGuest.Given("eth1", MAC, List.of(IP))));
  }

  @AfterEach
  void close() throws IOException {
    guest.close();
    qmp.close();
    monitor.close();
  }

  private GuestView view() {
    return guest.view("eth1").orElseThrow();
  }

  private void filterChanges(String state) {
    now = state;
    guest.happened(
        new QmpEvent(
            "NIC_RX_FILTER_CHANGED", JsonMapper.shared().readTree("{\"name\": \"eth1\"}")));
  }

  /** Waits until that state has been told. */
  private void awaits(NicState state) throws InterruptedException {
    for (NicState next = told.poll(20, TimeUnit.SECONDS);
        next != state;
        next = told.poll(20, TimeUnit.SECONDS)) {
      assertThat(next).as("a change before %s is told", state).isNotNull();
    }
  }

  @Test
  void everyStepOfTheGuestIsToldAndAResetBeginsAnew() throws InterruptedException {
    assertThat(view().state()).isEqualTo(NicState.ATTACHED);
    filterChanges(DOWN);
    awaits(NicState.DRIVER_READY);
    filterChanges(UP);
    awaits(NicState.UP);
    assertThat(silent.poll(20, TimeUnit.SECONDS)).as("may be asked").isEqualTo("eth1");
    guest.heard("eth1", new Fact.Took(IP));
    awaits(NicState.CONFIGURED);
    assertThat(view().addresses()).containsExactly(IP);

    now = NO_DRIVER;
    guest.happened(new QmpEvent("RESET", JsonMapper.shared().readTree("{}")));
    awaits(NicState.ATTACHED);
    assertThat(view().addresses()).isEmpty();
  }

  @Test
  void aGuestFoundRunningIsAskedAtOnce() throws InterruptedException {
    now = UP;
    guest.forget();
    awaits(NicState.UP);
  }

  @Test
  void aNicThatIsNotServedAnyMoreIsForgotten() {
    guest.has(List.of());

    assertThat(guest.view("eth1")).isEmpty();
    guest.heard("eth1", new Fact.Took(IP));
    assertThat(guest.view("eth1")).isEmpty();
  }

  @Test
  void aGuestThatChangesWithoutEndIsAskedAndToldOfAFewTimesOnly() throws InterruptedException {
    long began = System.nanoTime();
    for (int i = 0; i < 20_000; i++) {
      filterChanges(i % 2 == 0 ? DOWN : UP);
      guest.heard("eth1", new Fact.Speaks(Cidr.ip("10.2." + i / 250 % 250 + "." + i % 250), MAC));
    }
    filterChanges(UP);
    guest.heard("eth1", new Fact.Took(IP));
    awaits(NicState.CONFIGURED);
    double seconds = (System.nanoTime() - began) / 1e9;

    long asked = monitor.heard().stream().filter("query-rx-filter"::equals).count();
    assertThat(asked).as("in %s s", seconds).isLessThanOrEqualTo((long) (seconds * 20) + 2);
    assertThat(told.size()).isLessThanOrEqualTo(30 + (int) seconds);
  }
}

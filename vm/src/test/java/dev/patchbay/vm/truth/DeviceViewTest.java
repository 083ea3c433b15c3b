package dev.patchbay.vm.truth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.vm.qmp.FakeMonitor;
import dev.patchbay.vm.qmp.QmpClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DeviceViewTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String MAC = "52:54:00:00:00:01";

  @TempDir private Path folder;

  private static JsonNode filter(String vlan, boolean promiscuous, String multicastTable) {
    return JsonMapper.shared()
        .readTree(
            """
            {"name": "eth1", "promiscuous": %s, "multicast": "normal", "unicast": "normal",
             "vlan": "%s", "main-mac": "%s", "multicast-table": %s, "unicast-table": [],
             "broadcast-allowed": true, "multicast-overflow": false, "unicast-overflow": false}
            """
                .formatted(promiscuous, vlan, MAC, multicastTable));
  }

  private static Optional<JsonNode> virtio(String... words) {
    var status = JsonMapper.shared().createObjectNode();
    var list = status.putObject("status").putArray("statuses");
    List.of(words).forEach(list::add);
    return Optional.of(status);
  }

  @Test
  void aDeviceWithoutDriverIsNotReadyThoughItLetsEverythingIn() {
    DeviceView view =
        DeviceView.of(
            filter("all", true, "[]"), virtio("VIRTIO_CONFIG_S_ACKNOWLEDGE: Valid device found"));

    assertThat(view).isEqualTo(new DeviceView(false, false, false, view.mac()));
    assertThat(view.mac()).contains(new MacAddress(MAC));
  }

  @Test
  void aDriverIsReadyAndAnInterfaceUpWhenItListensToAGroup() {
    Optional<JsonNode> ready = virtio("VIRTIO_CONFIG_S_DRIVER_OK: Driver setup and ready");

    DeviceView down = DeviceView.of(filter("none", true, "[]"), ready);
    DeviceView up = DeviceView.of(filter("none", false, "[\"01:00:5e:00:00:01\"]"), ready);
    DeviceView nosy = DeviceView.of(filter("none", true, "[\"33:33:00:00:00:01\"]"), ready);

    assertThat(List.of(down.driver(), down.up(), down.promiscuous()))
        .containsExactly(true, false, false);
    assertThat(List.of(up.driver(), up.up(), up.promiscuous())).containsExactly(true, true, false);
    assertThat(nosy.promiscuous()).isTrue();
  }

  @Test
  void anOlderQemuTellsByTheFilterAlone() {
    assertThat(DeviceView.of(filter("all", true, "[]"), Optional.empty()).driver()).isFalse();
    assertThat(DeviceView.of(filter("none", true, "[]"), Optional.empty()).driver()).isTrue();
  }

  private DeviceView asked(FakeMonitor.Script script) throws IOException {
    Path socket = folder.resolve("qmp.sock");
    try (var _ = FakeMonitor.at(socket, script);
        QmpClient qmp = QmpClient.connect(socket, _ -> {}, LIMIT)) {
      return DeviceView.ask(qmp, "eth1", LIMIT)
          .orElse(new DeviceView(false, false, false, Optional.empty()));
    }
  }

  @Test
  void qemuIsAskedForFilterAndStatus() throws IOException {
    String filter = filter("none", false, "[\"33:33:00:00:00:01\"]").toString();
    DeviceView view =
        asked(command ->
            List.of(
                switch (command.path("execute").asString()) {
                  case "query-rx-filter" -> "{\"return\": [" + filter + "], \"id\": %d}";
                  case "x-query-virtio-status" ->
                      command
                              .at("/arguments/path")
                              .asString()
                              .equals("/machine/peripheral/eth1/virtio-backend")
                          ? "{\"return\": " + virtio("X_DRIVER_OK").orElseThrow() + ", \"id\": %d}"
                          : "";
                  default -> "";
                }));

    assertThat(view).isEqualTo(new DeviceView(true, true, false, Optional.of(new MacAddress(MAC))));
  }

  @Test
  void aDeviceThatIsGoneHasNoView() throws IOException {
    assertThat(
            asked(_ ->
                    List.of(
                        "{\"error\": {\"class\": \"GenericError\", \"desc\": \"invalid net client"
                            + " name: eth1\"}, \"id\": %d}"))
                .mac())
        .isEmpty();
  }
}

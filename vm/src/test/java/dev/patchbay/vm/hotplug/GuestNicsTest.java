package dev.patchbay.vm.hotplug;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.vm.qemu.Backend;
import dev.patchbay.vm.qemu.QemuMachine;
import dev.patchbay.vm.qmp.FakeMonitor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class GuestNicsTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final String DONE = "{\"return\": {}, \"id\": %d}";

  @TempDir private Path folder;

  private static QemuMachine.Nic nic(String id) {
    return new QemuMachine.Nic(
        id, new Backend.Hub(0), new MacAddress("02:00:00:00:00:07"), OptionalInt.empty());
  }

  private FakeMonitor monitor(FakeMonitor.Script script) throws IOException {
    return FakeMonitor.at(
        folder.resolve("qmp.sock"),
        command ->
            name(command).equals("qom-list")
                ? List.of("{\"return\": [], \"id\": %d}")
                : script.after(command));
  }

  private GuestNics connect(int ports) throws IOException {
    return GuestNics.connect(folder.resolve("qmp.sock"), ports, LONG);
  }

  private static String name(JsonNode command) {
    return command.path("execute").asString();
  }

  private static String error(String kind, String why) {
    return "{\"error\": {\"class\": \"%s\", \"desc\": \"%s\"}, \"id\": %%d}".formatted(kind, why);
  }

  private static String deleted(String device) {
    return "{\"event\": \"DEVICE_DELETED\", \"data\": {\"device\": \"%s\"}}".formatted(device);
  }

  @Test
  void eachNicGetsAPortAndTheNextOneIsToldThatThereIsNone() throws IOException {
    try (var _ = monitor(_ -> List.of(DONE));
        GuestNics nics = connect(2)) {
      assertThat(nics.plug(nic("a"))).isEqualTo(new Plugged.Done(0));
      assertThat(nics.plug(nic("b"))).isEqualTo(new Plugged.Done(1));
      assertThat(nics.plug(nic("c"))).isEqualTo(new Plugged.NoFreePort(2));
      assertThat(nics.book().taken()).isEqualTo(Map.of(0, "a", 1, "b"));
    }
  }

  @Test
  void aRefusedDeviceLeavesNoNetdevBehind() throws IOException {
    try (var monitor =
            monitor(command ->
                name(command).equals("device_add")
                    ? List.of(error("GenericError", "Duplicate device ID 'a'"))
                    : List.of(DONE));
        GuestNics nics = connect(2)) {
      assertThat(nics.plug(nic("a"))).isEqualTo(new Plugged.Refused("Duplicate device ID 'a'"));

      assertThat(monitor.heard()).endsWith("netdev_add", "device_add", "netdev_del");
      assertThat(nics.book().taken()).isEmpty();
    }
  }

  @Test
  void onlyTheEventThatNamesTheDeviceFreesItsPort() throws IOException {
    String inner = "{\"event\": \"DEVICE_DELETED\", \"data\": {\"path\": \"/a/virtio-backend\"}}";
    try (var _ =
            monitor(command ->
                name(command).equals("device_del")
                    ? List.of(DONE, inner, deleted("a"))
                    : List.of(DONE));
        GuestNics nics = connect(1)) {
      nics.plug(nic("a"));

      assertThat(nics.unplug("a", LONG)).isEqualTo(new Unplugged.Done());
      assertThat(nics.plug(nic("a-2"))).isEqualTo(new Plugged.Done(0));
    }
  }

  @Test
  void aGuestThatDoesNotLetGoKeepsItsPort() throws IOException {
    try (var _ = monitor(_ -> List.of(DONE));
        GuestNics nics = connect(1)) {
      nics.plug(nic("a"));

      assertThat(nics.unplug("a", Duration.ofMillis(20))).isEqualTo(new Unplugged.Pending("a"));
      assertThat(nics.plug(nic("a-2"))).isEqualTo(new Plugged.NoFreePort(1));
    }
  }

  @Test
  void aGuestThatSaysNoIsNotWaitedFor() throws IOException {
    String refusal = "{\"event\": \"DEVICE_UNPLUG_GUEST_ERROR\", \"data\": {\"device\": \"a\"}}";
    try (var _ =
            monitor(command ->
                name(command).equals("device_del") ? List.of(DONE, refusal) : List.of(DONE));
        GuestNics nics = connect(1)) {
      nics.plug(nic("a"));

      assertThat(nics.unplug("a", LONG)).isInstanceOf(Unplugged.Refused.class);
    }
  }

  @Test
  void unplugOfAnAbsentNicAndASecondCutAreDone() throws IOException {
    try (var _ =
            monitor(command ->
                switch (name(command)) {
                  case "device_del" -> List.of(error("DeviceNotFound", "Device 'a' not found"));
                  case "netdev_del" -> List.of(error("GenericError", "Device 'net-a' not found"));
                  default -> List.of(DONE);
                });
        GuestNics nics = connect(1)) {
      assertThat(nics.unplug("a", LONG)).isEqualTo(new Unplugged.Done());
      nics.cut(nic("a"));
      nics.cut(nic("a"));
    }
  }

  @Test
  void aMachineThatDiesWhileItsGuestIsWaitedForIsAnError() throws IOException {
    try (var _ =
            monitor(command -> {
              if (name(command).equals("device_del")) {
                throw new IllegalStateException("QEMU dies");
              }
              return List.of(DONE);
            });
        GuestNics nics = connect(1)) {
      nics.plug(nic("a"));

      assertThatThrownBy(() -> nics.unplug("a", LONG)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void whatIsInThePortsIsReadFromTheMachine() throws IOException {
    try (var _ =
            FakeMonitor.at(
                folder.resolve("qmp.sock"),
                command ->
                    name(command).equals("qom-list")
                        ? List.of(
                            "{\"return\": [{\"name\": \"type\", \"type\": \"string\"},"
                                + " {\"name\": \"rp1\", \"type\": \"child<pcie-root-port>\"},"
                                + " {\"name\": \"a\", \"type\": \"child<virtio-net-pci>\"}],"
                                + " \"id\": %d}")
                        : List.of("{\"return\": \"/machine/peripheral/rp1/rp1\", \"id\": %d}"));
        GuestNics nics = connect(3)) {
      assertThat(nics.book()).isEqualTo(new PortBook(3, Map.of(1, "a")));
      assertThat(nics.book().free()).hasValue(0);
    }
  }
}

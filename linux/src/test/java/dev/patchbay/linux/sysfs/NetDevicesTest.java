package dev.patchbay.linux.sysfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.patchbay.core.nic.IfName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NetDevicesTest {
  @TempDir private Path sys;

  @BeforeEach
  void layOutASysfs() throws IOException {
    device("devices/pci0000:3a/0000:3a:00.0/0000:3b:02.3", "eth2");
    device("devices/pci0000:00/0000:00:04.0/virtio1", "eth0");
    link("bus/pci/devices/0000:3b:02.3", "devices/pci0000:3a/0000:3a:00.0/0000:3b:02.3");
    link("bus/pci/devices/0000:00:04.0", "devices/pci0000:00/0000:00:04.0");
    link("class/net/eth2/device", "devices/pci0000:3a/0000:3a:00.0/0000:3b:02.3");
    link("class/net/eth0/device", "devices/pci0000:00/0000:00:04.0/virtio1");
    Files.createDirectories(sys.resolve("class/net/br0"));
  }

  private void device(String path, String link) throws IOException {
    Files.createDirectories(sys.resolve(path).resolve("net").resolve(link));
  }

  private void link(String from, String to) throws IOException {
    Files.createDirectories(sys.resolve(from).getParent());
    Files.createSymbolicLink(sys.resolve(from), sys.resolve(to));
  }

  @Test
  void linksAreFoundByBusAddress() throws Exception {
    NetDevices devices = new NetDevices(sys);

    assertThat(devices.atBusAddress("0000:3b:02.3")).containsExactly(new IfName("eth2"));
    assertThat(devices.atBusAddress("0000:00:04.0")).containsExactly(new IfName("eth0"));
    assertThat(devices.atBusAddress("0000:99:00.0")).isEmpty();
    assertThat(devices.atBusAddress("mlx5_core.sf.4")).isEmpty();
  }

  @Test
  void linksAreFoundByKernelPath() throws Exception {
    assertThat(
            new NetDevices(sys).atKernelPath("/sys/devices/pci0000:3a/0000:3a:00.0/0000:3b:02.3"))
        .containsExactly(new IfName("eth2"));
  }

  @Test
  void aLinkTellsItsPciAddress() throws Exception {
    NetDevices devices = new NetDevices(sys);

    assertThat(devices.pciAddressOf(new IfName("eth2"))).contains("0000:3b:02.3");
    assertThat(devices.pciAddressOf(new IfName("eth0"))).contains("0000:00:04.0");
    assertThat(devices.pciAddressOf(new IfName("br0"))).isEmpty();
    assertThat(devices.pciAddressOf(new IfName("gone"))).isEmpty();
  }

  @Test
  void whatLeadsElsewhereIsRefused() {
    NetDevices devices = new NetDevices(sys);

    for (String bad : new String[] {"", "../../etc", "eth0", "0000:3b:02.3/..", "..", "a.."}) {
      assertThatThrownBy(() -> devices.atBusAddress(bad))
          .as(bad)
          .isInstanceOf(IllegalArgumentException.class);
    }
    for (String bad : new String[] {"/sys/devices/../class/net", "/etc", "", "/sys/devices"}) {
      assertThatThrownBy(() -> devices.atKernelPath(bad))
          .as(bad)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}

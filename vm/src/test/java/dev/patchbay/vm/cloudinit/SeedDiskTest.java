package dev.patchbay.vm.cloudinit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.Dns;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.Route;
import dev.patchbay.vm.qemu.QemuMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

class SeedDiskTest {
  private static final CloudInit.Nic ETH0 =
      nic(
          "eth0",
          "52:54:00:00:00:01",
          List.of("10.9.1.10/24", "fd00:9::10/64"),
          true,
          Route.to(Cidr.parse("0.0.0.0/0"), Optional.of(Cidr.ip("10.9.1.1"))),
          Route.to(Cidr.parse("10.20.0.0/16"), Optional.of(Cidr.ip("10.9.1.2"))));
  private static final CloudInit.Nic CALICO =
      nic(
          "eth1",
          "52:54:00:00:00:02",
          List.of("192.168.135.129/32"),
          false,
          Route.to(Cidr.parse("169.254.1.1/32"), Optional.empty()),
          Route.to(Cidr.parse("192.168.0.0/16"), Optional.of(Cidr.ip("169.254.1.1"))));

  @TempDir private Path folder;

  private static CloudInit.Nic nic(
      String name, String mac, List<String> addresses, boolean primary, Route... routes) {
    return new CloudInit.Nic(
        new IfName(name),
        new MacAddress(mac),
        OptionalInt.of(1450),
        addresses.stream().map(Cidr::parse).toList(),
        List.of(routes),
        new Dns(List.of("10.9.1.53"), Optional.of("lab"), List.of("svc.lab"), List.of()),
        primary);
  }

  private static Map<String, String> files(Map<String, String> annotations) {
    return SeedDisk.files(
        new CloudInit(
            "7a1b", "nginx-vm", PodWishes.ofAnnotations(annotations), List.of(ETH0, CALICO)));
  }

  private static JsonNode network(String way, String version) {
    String text =
        files(Map.of(NetworkStyle.WAY, way, NetworkStyle.VERSION, version)).get("network-config");
    assertThat(text).contains("\"52:54:00:00:00:01\"");
    return new YAMLMapper().readTree(text);
  }

  @Test
  void aMachineIsToldWhoItIsAndWhoseKeysOpenIt() {
    Map<String, String> files = files(Map.of("VirtletSSHKeys", "ssh-rsa AAAA= me@localhost\n"));

    assertThat(files.get("meta-data"))
        .isEqualTo(
            """
            instance-id: 7a1b
            local-hostname: nginx-vm
            public-keys:
            - ssh-rsa AAAA= me@localhost
            """);
    assertThat(files.get("user-data")).isEqualTo("#cloud-config\n{}\n");
  }

  @Test
  void metaDataOfThePodReplacesOurs() {
    Map<String, String> files =
        files(Map.of("VirtletCloudInitMetaData", "{\"local-hostname\": \"web\", \"zone\": 1}"));

    assertThat(files.get("meta-data"))
        .isEqualTo("instance-id: 7a1b\nlocal-hostname: web\nzone: 1\n");
  }

  @Test
  void aNameThatYamlTakesForSomethingElseIsQuoted() {
    CloudInit odd = new CloudInit("1e3", "no", CloudInitWishes.NONE, List.of());

    assertThat(SeedDisk.files(odd).get("meta-data"))
        .isEqualTo("instance-id: \"1e3\"\nlocal-hostname: \"no\"\n");
    assertThat(SeedDisk.files(odd)).doesNotContainKey("network-config");
    assertThat(
            new CloudInit("a", "x".repeat(62) + "-y", CloudInitWishes.NONE, List.of()).hostName())
        .isEqualTo("x".repeat(62));
  }

  @Test
  void eachNicAsksForWhatItHasUnlessToldOtherwise() {
    JsonNode eth0 = network("dhcp", "2").at("/ethernets/eth0");
    JsonNode eth1 = network("dhcp", "2").at("/ethernets/eth1");

    assertThat(eth0.toString())
        .isEqualTo(
            "{\"match\":{\"macaddress\":\"52:54:00:00:00:01\"},\"set-name\":\"eth0\",\"mtu\":1450,"
                + "\"dhcp4\":true,\"dhcp6\":true}");
    assertThat(eth1.path("dhcp6").asBoolean()).isFalse();
    assertThat(eth1.path("optional").asBoolean()).isTrue();
    assertThat(network("dhcp", "1").at("/config/0/subnets").toString())
        .isEqualTo("[{\"type\":\"dhcp4\"},{\"type\":\"dhcp6\"}]");
  }

  @Test
  void addressesRoutesAndNameServersCanBeWrittenDown() {
    JsonNode eth0 = network("static", "2").at("/ethernets/eth0");
    assertThat(eth0.path("addresses").toString()).isEqualTo("[\"10.9.1.10/24\",\"fd00:9::10/64\"]");
    assertThat(eth0.path("routes").toString())
        .isEqualTo(
            "[{\"to\":\"0.0.0.0/0\",\"via\":\"10.9.1.1\"},"
                + "{\"to\":\"10.20.0.0/16\",\"via\":\"10.9.1.2\"}]");
    assertThat(eth0.path("nameservers").toString())
        .isEqualTo("{\"addresses\":[\"10.9.1.53\"],\"search\":[\"lab\",\"svc.lab\"]}");
    assertThat(network("static", "2").at("/ethernets/eth1/routes/1/on-link").asBoolean()).isTrue();

    JsonNode first = network("static", "1").at("/config/0/subnets/0");
    assertThat(first.path("address").asString()).isEqualTo("10.9.1.10/24");
    assertThat(first.path("gateway").asString()).isEqualTo("10.9.1.1");
    assertThat(first.path("routes").toString())
        .isEqualTo("[{\"gateway\":\"10.9.1.2\",\"network\":\"10.20.0.0/16\"}]");
  }

  @Test
  void versionOneAsksWhereAGatewayIsOutsideTheNetwork() {
    assertThat(network("static", "1").at("/config/1/subnets").toString())
        .isEqualTo("[{\"type\":\"dhcp4\"}]");
  }

  @Test
  void anImageThatKnowsWhatToDoIsToldNothingOfItsNics() {
    assertThat(files(Map.of(NetworkStyle.WAY, "none"))).doesNotContainKey("network-config");
  }

  @Test
  void aSeedIsWrittenTwiceAsTheSecondTimeSays() throws IOException {
    CloudInit machine = new CloudInit("7a1b", "web", CloudInitWishes.NONE, List.of(ETH0));
    SeedDisk.write(folder.resolve("seed"), machine);
    CloudInitWishes none =
        PodWishes.ofAnnotations(Map.of(NetworkStyle.WAY, "none", "VirtletSSHKeys", ""));

    QemuMachine.Disk disk =
        SeedDisk.write(folder.resolve("seed"), new CloudInit("7a1b", "web", none, List.of(ETH0)));

    assertThat(disk.readOnly()).isTrue();
    assertThat(disk.file()).isDirectoryNotContaining("glob:**network-config");
    try (var files = Files.list(disk.file())) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("meta-data", "user-data");
    }
  }
}

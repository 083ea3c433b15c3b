package dev.patchbay.e2e.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The boot after {@link PowerCutInGuest}. */
class NextBootInGuest {
  static final Path FORMER_BOOT = Path.of("/lab/former-boot");
  static final String PLAIN = bridge("plain", "10.91.0.0/24", false);
  static final String STICKY = bridge("sticky", "10.92.0.0/24", true);

  /** The first address of an empty pool. */
  static final String KEPT = "10.92.0.2/24";

  static final String DEVICE =
      """
      {"cniVersion": "1.0.0", "name": "wire", "type": "host-device", "pciBusID": "%s"}
      """
          .formatted(GuestMachine.NICS.getFirst());

  private static final Path LEASES = Path.of("/var/lib/cni/networks");

  @Test
  void plainAddressesAreFreeAndStickyOnesAreKeptForTheirPod() throws IOException {
    assertThat(bootId()).isNotEqualTo(Files.readString(FORMER_BOOT));

    GuestNode.running();

    assertThat(reserved("plain")).as(GuestNode.log()).isEmpty();
    assertThat(reserved("sticky")).containsExactly(KEPT.replaceFirst("/.*", ""));
    GuestNode.netns("add", "stranger");
    GuestNode.cni("ADD", "stranger", "eth0", STICKY);
    GuestNode.netns("add", "sticky");
    // with the container ID of the former boot, as podman starts its containers again
    assertThat(address(GuestNode.cni("ADD", "sticky", "eth0", STICKY))).isEqualTo(KEPT);
    GuestNode.cni("DEL", "stranger", "eth0", STICKY);
    GuestNode.cni("DEL", "sticky", "eth0", STICKY);
    assertThat(GuestNode.nics()).isEmpty();
    assertThat(MachineLink.all()).extracting(MachineLink::name).contains("eth0", "eth1");
  }

  /** The first address of a CNI result. */
  static String address(JsonNode result) {
    return result.path("ips").path(0).path("address").asString();
  }

  /** The kernel's name of this boot. */
  static String bootId() throws IOException {
    return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
  }

  private static List<String> reserved(String network) throws IOException {
    try (Stream<Path> all = Files.list(LEASES.resolve(network))) {
      return all.map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("10."))
          .toList();
    }
  }

  private static String bridge(String network, String subnet, boolean sticky) {
    return """
    {"cniVersion": "1.0.0", "name": "%1$s", "type": "bridge", "bridge": "br-%1$s",
     "ipam": {"type": "host-local", "sticky": %3$s, "ranges": [[{"subnet": "%2$s"}]]}}
    """
        .formatted(network, subnet, sticky);
  }
}

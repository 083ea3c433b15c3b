package dev.patchbay.e2e.differential;

import static dev.patchbay.e2e.differential.Act.Cni.ADD;
import static dev.patchbay.e2e.differential.Act.Cni.CHECK;
import static dev.patchbay.e2e.differential.Act.Cni.DEL;
import static dev.patchbay.e2e.differential.Ipams.V4;

import dev.patchbay.e2e.Lab;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/**
 * {@code host-device} of devices on a bus. A bus shows its links to the machine's own namespace
 * only, so both sides have the machine as their host, one after the other.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BusDevicesInGuest {
  private static final String NIC = "0000:00:10.0";
  private static final String HOST = "machine";
  private static final String PREPARE =
      "ip addr flush dev eth0; ip link set eth0 mtu 1400; ip link set eth0 up";
  private static final String GIVEN_BACK = "the host gets its device back as it was";

  private PatchbayShim agent;
  private Side reference;
  private Side ours;
  private int number;

  @BeforeAll
  void start() throws IOException {
    Ended.of("ip", "netns", "attach", HOST, "1").orFail();
    Path folder = Files.createTempDirectory("bus");
    Path plugins =
        Path.of(Ended.of(Lab.root() + "/e2e/lab-tools", "plugins").orFail().stdout().strip());
    agent = PatchbayShim.start(Lab.root(), folder, HOST, plugins);
    reference =
        new Side(
            HOST, Files.createDirectory(folder.resolve("theirs")), new ReferenceChain(plugins));
    ours = new Side(HOST, Files.createDirectory(folder.resolve("ours")), agent);
  }

  @AfterAll
  void close() {
    agent.close();
    Ended.of("ip", "netns", "delete", HOST).orFail();
  }

  @TestFactory
  Stream<DynamicTest> hostDevice() throws IOException {
    return Stream.of(
            device("a device by its PCI address", "\"pciBusID\": \"" + NIC + "\","),
            device("a device by its path in sysfs", "\"kernelpath\": \"" + virtio() + "\","))
        .map(scenario -> DynamicTest.dynamicTest(scenario.sentence(), () -> compare(scenario)));
  }

  private void compare(Scenario scenario) {
    number++;
    Transcript theirs = reference.play(scenario, number);
    new Verdict(scenario, theirs, ours.play(scenario, number)).pass();
  }

  private static Scenario device(String sentence, String keys) {
    return Scenario.of(sentence, "{\"type\": \"host-device\", %s \"ipam\": %s}".formatted(keys, V4))
        .onHost(PREPARE)
        .acts(ADD, CHECK, DEL, DEL)
        .differs(GIVEN_BACK, "host link eth0 flags .*", "host link eth0 mtu 1400");
  }

  /** Between a PCI device and its link there is a virtio device. */
  private static Path virtio() throws IOException {
    Path device = Path.of("/sys/bus/pci/devices", NIC).toRealPath();
    try (DirectoryStream<Path> virtio = Files.newDirectoryStream(device, "virtio*")) {
      return virtio.iterator().next();
    }
  }
}

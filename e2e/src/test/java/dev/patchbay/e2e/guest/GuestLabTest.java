package dev.patchbay.e2e.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.e2e.Lab;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * What needs a kernel with more than this machine's has, a bus with network devices, or a reboot.
 * One machine boots twice and runs all of it; each test in there is a test here.
 */
@Tag("lab")
class GuestLabTest {
  private static final Duration LIMIT = Duration.ofMinutes(12);

  private static final String GUEST = "dev.patchbay.e2e.guest.";
  private static final String DIFFERENTIAL = "dev.patchbay.e2e.differential.";
  private static final String LIVE_VLAN = "dev.patchbay.linux.apply.VlanLiveTest#";

  private static final List<List<String>> BOOTS =
      List.of(
          List.of(
              LIVE_VLAN + "aPortCarriesItsVlansAndTheGatewayHasItsOwn",
              DIFFERENTIAL + "VlansInGuest",
              DIFFERENTIAL + "BusDevicesInGuest",
              GUEST + "DevicesComeBackInGuest",
              GUEST + "PowerCutInGuest"),
          List.of(GUEST + "NextBootInGuest"));

  @TestFactory
  Stream<DynamicTest> inGuest() throws IOException {
    try (Lab lab = Lab.create()) {
      GuestMachine machine = new GuestMachine(lab.dir("guest"));
      GuestKernel kernel = GuestKernel.in(GuestMachine.fetched("kernel"));
      Path disk = GuestDisk.write(machine.folder(), GuestMachine.fetched("plugins"), BOOTS);
      machine.run(kernel, machine.initrd(kernel), disk, LIMIT);
      List<GuestResult> results = machine.reported();
      assertThat(results.stream().filter(GuestResult.END::equals))
          .as("boots that reported all their tests; the console:%n%s", machine.consoleText())
          .hasSize(BOOTS.size());
      return results.stream()
          .filter(result -> !GuestResult.END.equals(result))
          .map(GuestLabTest::test);
    }
  }

  private static DynamicTest test(GuestResult result) {
    return DynamicTest.dynamicTest(
        result.test() + " (" + result.millis() + " ms)",
        () -> {
          Assumptions.assumeFalse(
              result.outcome() == GuestResult.Outcome.SKIPPED
                  && !Boolean.getBoolean("patchbay.lab.required"),
              result.why());
          assertThat(result.outcome()).as(result.why()).isEqualTo(GuestResult.Outcome.PASSED);
        });
  }
}

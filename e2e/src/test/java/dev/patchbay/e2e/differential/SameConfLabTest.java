package dev.patchbay.e2e.differential;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** The same configuration by the reference plugins 1.9 and by us, a scenario each. */
@Tag("lab")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SameConfLabTest {
  private TwoHosts hosts;

  @BeforeAll
  void start() {
    hosts = TwoHosts.start();
  }

  @AfterAll
  void close() {
    hosts.close();
  }

  @TestFactory
  Stream<DynamicTest> bridge() {
    return tests(BridgeScenarios.all());
  }

  @TestFactory
  Stream<DynamicTest> masquerade() {
    return tests(MasqueradeScenarios.all());
  }

  @TestFactory
  Stream<DynamicTest> macvlan() {
    return tests(MacvlanScenarios.all());
  }

  @TestFactory
  Stream<DynamicTest> ptp() {
    return tests(PtpScenarios.ptp());
  }

  @TestFactory
  Stream<DynamicTest> loopback() {
    return tests(PtpScenarios.loopback());
  }

  @TestFactory
  Stream<DynamicTest> hostDevice() {
    return tests(DeviceScenarios.hostDevice());
  }

  @TestFactory
  Stream<DynamicTest> tap() {
    return tests(DeviceScenarios.tap());
  }

  @TestFactory
  Stream<DynamicTest> tuning() {
    return tests(TuningScenarios.all());
  }

  @TestFactory
  Stream<DynamicTest> pools() {
    return tests(IpamScenarios.pools());
  }

  @TestFactory
  Stream<DynamicTest> poolRefusals() {
    return tests(IpamScenarios.poolRefusals());
  }

  @TestFactory
  Stream<DynamicTest> fixedAddresses() {
    return tests(IpamScenarios.fixedAddresses());
  }

  @TestFactory
  Stream<DynamicTest> routes() {
    return tests(IpamScenarios.routes());
  }

  @TestFactory
  Stream<DynamicTest> versions() {
    return tests(IpamScenarios.versions());
  }

  private Stream<DynamicTest> tests(List<Scenario> scenarios) {
    return scenarios.stream()
        .map(scenario ->
            DynamicTest.dynamicTest(scenario.sentence(), () -> hosts.compare(scenario)));
  }
}

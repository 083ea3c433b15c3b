package dev.patchbay.e2e.differential;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
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

  private Stream<DynamicTest> tests(List<Scenario> scenarios) {
    return scenarios.stream()
        .map(scenario ->
            DynamicTest.dynamicTest(scenario.sentence(), () -> hosts.compare(scenario)));
  }
}

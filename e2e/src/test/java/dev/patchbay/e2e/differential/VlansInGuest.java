package dev.patchbay.e2e.differential;

import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** The scenarios that need a kernel that filters VLANs. {@code GuestLabTest} runs them in one. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VlansInGuest {
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
    return BridgeScenarios.all().stream()
        .filter(scenario -> scenario.needs().isPresent())
        .map(scenario ->
            DynamicTest.dynamicTest(scenario.sentence(), () -> hosts.compare(scenario)));
  }
}

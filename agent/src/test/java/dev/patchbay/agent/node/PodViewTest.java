package dev.patchbay.agent.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.cni.json.Json;
import java.util.List;
import org.junit.jupiter.api.Test;

class PodViewTest {
  /** As a strategic merge leaves it: what came last is first. */
  private static final String PATCHED =
      """
      {"metadata":{"annotations":{ANNOTATIONS}},
       "spec":{"nics":[{"name":"eth2"},{"name":"eth1"},{"name":"eth0"}]},
       "status":{STATUS}}
      """;

  private static final String RECORDED = "\"patchbay.dev/primary-nic\":\"eth1\"";
  private static final String TOLD = "\"nicStatuses\":[{\"name\":\"eth0\"},{\"name\":\"eth1\"}]";

  private static List<String> ordered(String annotations, String status) {
    return new PodView(
            Json.object(
                PATCHED.replace("ANNOTATIONS", annotations).replace("STATUS", status), "pod"))
        .ordered().stream().map(nic -> nic.name().orElseThrow().value()).toList();
  }

  @Test
  void withoutAStatusThePrimaryNicIsTheOneThatTheApiRecorded() {
    assertThat(ordered(RECORDED, "")).containsExactly("eth1", "eth2", "eth0");
  }

  @Test
  void theStatusTellsOfTheNicThatReallyIsPrimary() {
    assertThat(ordered(RECORDED, TOLD)).containsExactly("eth0", "eth2", "eth1");
  }

  @Test
  void whereNothingIsRecordedTheListCounts() {
    assertThat(ordered("", "")).containsExactly("eth2", "eth1", "eth0");
  }
}

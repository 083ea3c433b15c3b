package dev.patchbay.e2e.differential;

import static dev.patchbay.e2e.differential.Ipams.DUAL;
import static dev.patchbay.e2e.differential.Ipams.V4;
import static dev.patchbay.e2e.differential.Ipams.V6;

import java.util.List;

/** {@code bridge}. */
final class BridgeScenarios {
  private BridgeScenarios() {}

  static List<Scenario> all() {
    return List.of(
        bridge("a plain bridge with IPv4", "", V4),
        bridge("a plain bridge with IPv6", "", V6),
        bridge("a plain bridge with both families", "", DUAL));
  }

  private static Scenario bridge(String sentence, String keys, String ipam) {
    return Scenario.of(
        sentence,
        """
        {"type": "bridge", "bridge": "br0", %s "ipam": %s}
        """
            .formatted(keys, ipam));
  }
}

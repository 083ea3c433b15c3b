package dev.patchbay.cri;

import java.util.List;
import java.util.Optional;

/**
 * What answers behind the socket and whether it is ready.
 *
 * @param name such as {@code containerd}
 * @param version the runtime's own version, such as {@code 1.6.20}
 * @param apiVersion the CRI's, {@code v1}
 */
public record RuntimeStatus(
    String name, String version, String apiVersion, List<RuntimeCondition> conditions) {
  /** The condition that says the runtime can run sandboxes. */
  public static final String RUNTIME_READY = "RuntimeReady";

  /** The condition that says the runtime has loaded a CNI conf. */
  public static final String NETWORK_READY = "NetworkReady";

  public RuntimeStatus {
    conditions = List.copyOf(conditions);
  }

  /** Whether every condition is met. */
  public boolean ready() {
    return conditions.stream().allMatch(RuntimeCondition::met);
  }

  /** The condition of that type, empty when the runtime does not report it. */
  public Optional<RuntimeCondition> condition(String type) {
    return conditions.stream().filter(condition -> condition.type().equals(type)).findFirst();
  }
}

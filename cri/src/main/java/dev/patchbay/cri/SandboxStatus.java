package dev.patchbay.cri;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A sandbox looked at closely.
 *
 * @param ips the addresses of its first interface, as CNI gave them; empty once stopped
 * @param netns the path of its network namespace; empty when the runtime does not tell
 * @param cniResult the CNI result as the runtime read it; a missing node when it does not tell
 */
public record SandboxStatus(
    Sandbox sandbox, List<String> ips, Optional<Path> netns, JsonNode cniResult) {
  public SandboxStatus {
    ips = List.copyOf(ips);
  }
}

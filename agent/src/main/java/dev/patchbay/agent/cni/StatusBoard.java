package dev.patchbay.agent.cni;

import dev.patchbay.agent.config.AgentConfig;
import dev.patchbay.agent.reconcile.Edges;
import dev.patchbay.cni.skel.CniRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * What STATUS answers, looked up once and remembered for a moment: runtimes ask every few seconds
 * for every network.
 */
final class StatusBoard {
  private static final Duration FRESH = Duration.ofSeconds(2);

  private final StatusProbe probe;
  private final ConcurrentMap<String, Seen> seen = new ConcurrentHashMap<>();

  private record Seen(long atNanos, Optional<dev.patchbay.cni.error.CniError> trouble) {}

  StatusBoard(AgentConfig config, Edges edges) {
    this.probe = new StatusProbe(config, edges);
  }

  /** Throws CniException code 50 or 51 when an ADD of this configuration would fail. */
  void require(CniRequest.Status request) {
    String key = request.conf().json().toString();
    Seen last = seen.get(key);
    if (last == null || System.nanoTime() - last.atNanos() > FRESH.toNanos()) {
      seen.values().removeIf(old -> System.nanoTime() - old.atNanos() > FRESH.toNanos());
      last = new Seen(System.nanoTime(), probe.trouble(request));
      seen.put(key, last);
    }
    last.trouble()
        .ifPresent(error -> {
          throw new dev.patchbay.cni.error.CniException(error);
        });
  }
}

package dev.patchbay.agent.cni;

import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.skel.CniRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * What STATUS answers. A runtime asks every few seconds for every network, so the answer is the
 * last one found; an old one is looked up anew behind the caller's back. Only the very first
 * question waits.
 */
final class StatusBoard {
  private static final Duration FRESH = Duration.ofSeconds(2);
  private static final Duration FORGOTTEN = Duration.ofMinutes(10);

  private final Function<CniRequest.Status, Optional<CniError>> probe;
  private final ConcurrentMap<String, Entry> entries = new ConcurrentHashMap<>();

  private record Seen(long atNanos, Optional<CniError> trouble) {
    boolean isOlderThan(Duration age) {
      return System.nanoTime() - atNanos > age.toNanos();
    }
  }

  private static final class Entry {
    private final AtomicBoolean looking = new AtomicBoolean();
    private volatile Seen seen;

    Entry(Seen seen) {
      this.seen = seen;
    }
  }

  StatusBoard(Function<CniRequest.Status, Optional<CniError>> probe) {
    this.probe = probe;
  }

  /** Throws CniException code 50 or 51 when an ADD of this configuration would fail. */
  void require(CniRequest.Status request) {
    Entry entry =
        entries.computeIfAbsent(request.conf().json().toString(), _ -> new Entry(look(request)));
    Seen seen = entry.seen;
    if (seen.isOlderThan(FRESH) && entry.looking.compareAndSet(false, true)) {
      Thread.ofPlatform().name("status").daemon().start(() -> refresh(entry, request));
    }
    seen.trouble()
        .ifPresent(error -> {
          throw new CniException(error);
        });
  }

  private void refresh(Entry entry, CniRequest.Status request) {
    try {
      entry.seen = look(request);
      entries.values().removeIf(other -> other.seen.isOlderThan(FORGOTTEN));
    } finally {
      entry.looking.set(false);
    }
  }

  private Seen look(CniRequest.Status request) {
    return new Seen(System.nanoTime(), probe.apply(request));
  }
}

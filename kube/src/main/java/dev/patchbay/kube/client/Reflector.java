package dev.patchbay.kube.client;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/** Keeps a copy of what a source lists and watches, and tells a listener what is new in it. */
public final class Reflector implements KubeInformer {
  private static final Logger LOG = LoggerFactory.getLogger(Reflector.class);
  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private final Source source;
  private final KubeListener listener;
  private final ConcurrentSkipListMap<KubeName, ObjectNode> known = new ConcurrentSkipListMap<>();
  private final CompletableFuture<Void> synced = new CompletableFuture<>();
  private final Thread thread;
  private volatile boolean closed;
  private String version = "";
  private Duration pause = SHORTEST_PAUSE;

  /** What is reflected. Both methods may throw {@link KubeFailure}. */
  public interface Source {
    /** All objects now. */
    Listing list();

    /**
     * Hands on every watch event after a version, as the API writes them, until the source ends it.
     */
    void watch(String afterVersion, Consumer<ObjectNode> events) throws InterruptedException;
  }

  /**
   * All objects of a moment.
   *
   * @param version from which they can be watched
   * @param items the objects
   */
  public record Listing(String version, List<ObjectNode> items) {
    /** Copies the list. */
    public Listing {
      items = List.copyOf(items);
    }
  }

  /** Begins at once, on a thread of its own. */
  public Reflector(String what, Source source, KubeListener listener) {
    this.source = source;
    this.listener = listener;
    this.thread = Thread.ofVirtual().name("reflector " + what).start(this::run);
  }

  @Override
  public CompletableFuture<Void> synced() {
    return synced.copy();
  }

  @Override
  public Optional<ObjectNode> get(KubeName name) {
    return Optional.ofNullable(known.get(name));
  }

  @Override
  public List<ObjectNode> all() {
    return List.copyOf(known.values());
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true; // after whatever the listener is hearing
    }
    thread.interrupt();
    boolean interrupted = false;
    while (thread.isAlive() && !Thread.currentThread().equals(thread)) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    boolean listed = false;
    while (!closed) {
      try {
        if (!listed) {
          relist();
          listed = true;
        }
        watch();
      } catch (KubeFailure e) {
        listed = listed && !e.isGone();
        told(() -> listener.interrupted(e));
        restOrEnd();
      } catch (InterruptedException e) {
        closed = true;
      }
    }
  }

  private void watch() throws InterruptedException {
    long begun = System.nanoTime();
    source.watch(version, this::event);
    // servers end long watches, which is no trouble; one that ends each at once is spared
    if (System.nanoTime() - begun < LONGEST_PAUSE.toNanos()) {
      rest();
    }
  }

  private void restOrEnd() {
    try {
      rest();
    } catch (InterruptedException e) {
      closed = true;
    }
  }

  private void rest() throws InterruptedException {
    long millis = pause.toMillis();
    Thread.sleep(millis / 2 + ThreadLocalRandom.current().nextLong(millis / 2 + 1));
    Duration doubled = pause.multipliedBy(2);
    pause = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
  }

  private synchronized void relist() {
    Listing listing = source.list();
    version = listing.version();
    Set<KubeName> there = new HashSet<>();
    for (ObjectNode item : listing.items()) {
      there.add(KubeName.of(item));
      changed(item);
    }
    for (var old : List.copyOf(known.entrySet())) {
      if (!there.contains(old.getKey())) {
        deleted(old.getValue());
      }
    }
    synced.complete(null);
  }

  private synchronized void event(ObjectNode event) {
    if (closed || !(event.path("object") instanceof ObjectNode object)) {
      return;
    }
    pause = SHORTEST_PAUSE;
    switch (event.path("type").asString("")) {
      case "ADDED", "MODIFIED" -> changed(object);
      case "DELETED" -> deleted(object);
      case "BOOKMARK" -> {}
      case "ERROR" -> throw KubeFailure.of(500, object);
      case String type -> LOG.warn("Patchbay: a watch event of unknown type {}", type);
    }
    version = versionOf(object).orElse(version);
  }

  private void changed(ObjectNode object) {
    ObjectNode before = known.put(KubeName.of(object), object);
    if (before != null && !uid(before).equals(uid(object))) {
      // deleted and made anew while nobody watched
      told(() -> listener.deleted(before));
    }
    if (before == null
        || versionOf(object).isEmpty()
        || !versionOf(before).equals(versionOf(object))) {
      told(() -> listener.changed(object));
    }
  }

  private void deleted(ObjectNode last) {
    known.remove(KubeName.of(last));
    told(() -> listener.deleted(last));
  }

  /** A defect in a listener must not end the watch for good. */
  private void told(Runnable news) {
    try {
      news.run();
    } catch (RuntimeException e) {
      LOG.error("Patchbay: a defect: a listener failed: {}", e.toString(), e);
    }
  }

  private static Optional<String> versionOf(ObjectNode object) {
    return Optional.of(object.path("metadata").path("resourceVersion").asString(""))
        .filter(text -> !text.isEmpty());
  }

  private static String uid(ObjectNode object) {
    return object.path("metadata").path("uid").asString("");
  }
}

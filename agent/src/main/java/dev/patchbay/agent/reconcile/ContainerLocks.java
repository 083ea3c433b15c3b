package dev.patchbay.agent.reconcile;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One operation at a time per container, in the order of arrival; containers do not wait for each
 * other (CNI spec, section 2).
 */
public final class ContainerLocks {
  private final Map<String, Shared> held = new HashMap<>();

  private static final class Shared {
    private final ReentrantLock lock = new ReentrantLock(true);
    private int users;
  }

  /** No container is held. */
  public ContainerLocks() {}

  /** A container that is held until closed. */
  @FunctionalInterface
  public interface Held extends AutoCloseable {
    @Override
    void close();
  }

  /** Waits for the container. */
  public Held hold(String containerId) {
    Shared shared;
    synchronized (held) {
      shared = held.computeIfAbsent(containerId, _ -> new Shared());
      shared.users++;
    }
    shared.lock.lock();
    return () -> release(containerId, shared);
  }

  private void release(String containerId, Shared shared) {
    shared.lock.unlock();
    synchronized (held) {
      if (--shared.users == 0) {
        held.remove(containerId);
      }
    }
  }
}

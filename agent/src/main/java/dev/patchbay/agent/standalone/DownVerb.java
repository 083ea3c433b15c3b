package dev.patchbay.agent.standalone;

import dev.patchbay.agent.Agent;
import dev.patchbay.agent.api.Ask;
import dev.patchbay.agent.api.Verb;
import dev.patchbay.agent.node.NodeRole;
import dev.patchbay.cni.json.Json;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code patchbay down}: stops the pods of this node, releases their NICs and ends the containerd
 * that we started; then the process may end.
 */
final class DownVerb implements Verb {
  private final Containers containers;
  private final CountDownLatch over = new CountDownLatch(1);
  private final AtomicReference<Optional<Up>> up = new AtomicReference<>(Optional.empty());
  private volatile boolean purges;

  /** What is taken down. */
  private record Up(Agent agent, NodeRole node) {}

  DownVerb(Containers containers) {
    this.containers = containers;
  }

  /** From now on there is something to take down. */
  void isUp(Agent agent, NodeRole node) {
    up.set(Optional.of(new Up(agent, node)));
  }

  /** Waits until everything was taken down; whether objects and images shall be forgotten too. */
  boolean await() throws InterruptedException {
    over.await();
    return purges;
  }

  @Override
  public ObjectNode answer(Ask ask) {
    purges = ask.fields().flag("purge");
    ObjectNode answer =
        Json.newObject().put("apiVersion", "patchbay.dev/v1alpha1").put("kind", "Down");
    answer.put("pid", ProcessHandle.current().pid());
    ArrayNode done = answer.putArray("done");
    ArrayNode left = answer.putArray("left");
    ArrayNode strangers = answer.putArray("strangers");
    up.get().ifPresent(parts -> takeDown(parts, done, left, strangers));
    over.countDown();
    return answer;
  }

  private void takeDown(Up parts, ArrayNode done, ArrayNode left, ArrayNode strangers) {
    // First who would start the pods again.
    parts.node().close();
    NodeRole.Drained drained = parts.node().drain(purges);
    drained.left().forEach(left::add);
    drained.strangers().forEach(strangers::add);
    parts.agent().sweepVpcs();
    done.add("pods are stopped, and their NICs released");
    try {
      done.add(containers.stop(!drained.strangers().isEmpty()));
    } catch (IOException e) {
      left.add("containerd: " + e.getMessage());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      left.add("containerd: interrupted while it ended");
    }
  }
}

package dev.patchbay.agent.standalone;

import dev.patchbay.agent.Agent;
import dev.patchbay.agent.api.Ask;
import dev.patchbay.agent.api.Verb;
import dev.patchbay.agent.node.NodeRole;
import dev.patchbay.cni.json.Json;
import dev.patchbay.cri.CriClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code patchbay down}: stops all pods, releases all NICs and ends the containerd that we started;
 * then the process may end.
 */
final class DownVerb implements Verb {
  private final Containers containers;
  private final CountDownLatch over = new CountDownLatch(1);
  private final AtomicReference<Optional<Up>> up = new AtomicReference<>(Optional.empty());
  private volatile boolean purges;

  /** What is taken down. */
  private record Up(Agent agent, NodeRole node, Optional<CriClient> runtime) {}

  DownVerb(Containers containers) {
    this.containers = containers;
  }

  /** From now on there is something to take down. */
  void isUp(Agent agent, NodeRole node, Optional<CriClient> runtime) {
    up.set(Optional.of(new Up(agent, node, runtime)));
  }

  /** Waits until everything was taken down; whether objects and images shall be forgotten too. */
  boolean await() throws InterruptedException {
    over.await();
    return purges;
  }

  @Override
  public ObjectNode answer(Ask ask) {
    purges = ask.fields().flag("purge");
    List<String> done = new ArrayList<>();
    List<String> left = new ArrayList<>();
    up.get().ifPresent(parts -> takeDown(parts, done, left));
    ObjectNode answer =
        Json.newObject().put("apiVersion", "patchbay.dev/v1alpha1").put("kind", "Down");
    answer.put("pid", ProcessHandle.current().pid());
    ArrayNode doneTexts = answer.putArray("done");
    done.forEach(doneTexts::add);
    ArrayNode leftTexts = answer.putArray("left");
    left.forEach(leftTexts::add);
    over.countDown();
    return answer;
  }

  private void takeDown(Up parts, List<String> done, List<String> left) {
    // First who would start the pods again.
    parts.node().close();
    parts.runtime().ifPresent(runtime -> left.addAll(containers.empty(runtime)));
    done.add("pods are stopped");
    left.addAll(parts.agent().releaseAll());
    done.add("NICs are released");
    try {
      containers.stop();
      done.add("the container runtime is as it was before");
    } catch (IOException e) {
      left.add("containerd: " + e.getMessage());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      left.add("containerd: interrupted while it ended");
    }
  }
}

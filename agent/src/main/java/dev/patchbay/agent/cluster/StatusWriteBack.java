package dev.patchbay.agent.cluster;

import dev.patchbay.agent.cni.AddListener;
import dev.patchbay.cni.json.Json;
import dev.patchbay.kube.client.KubeApi;
import dev.patchbay.kube.client.KubeFailure;
import dev.patchbay.kube.client.KubeName;
import dev.patchbay.kube.client.KubeResource;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes to pods what NICs they got. No pod waits for it: while the API is away, it is tried again
 * until the API takes it or says that the pod is gone.
 */
final class StatusWriteBack implements AddListener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StatusWriteBack.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int BAD_REQUEST = 400;
  private static final int SERVER_ERROR = 500;

  private final KubeApi api;
  private final CountDownLatch closed = new CountDownLatch(1);

  /** What a pod's annotation shall say, until it does, by UID. */
  private final ConcurrentHashMap<String, ObjectNode> owed = new ConcurrentHashMap<>();

  StatusWriteBack(KubeApi api) {
    this.api = api;
  }

  @Override
  public void added(String namespace, String pod, String uid, List<Nic> nics) {
    ObjectNode merge = Json.newObject();
    ObjectNode metadata = merge.putObject("metadata");
    // refused for another pod that has got the name meanwhile
    metadata.put("uid", uid);
    metadata.putObject("annotations").put(NetworkStatus.KEY, NetworkStatus.text(nics));
    if (owed.put(uid, merge) == null) {
      Thread.ofVirtual()
          .name("status of " + namespace + "/" + pod)
          .start(() -> write(new KubeName(namespace, pod), uid));
    }
  }

  /** What is not written yet is given up. */
  @Override
  public void close() {
    closed.countDown();
  }

  private void write(KubeName pod, String uid) {
    Duration pause = FIRST_PAUSE;
    try {
      for (ObjectNode merge = owed.get(uid); merge != null; merge = owed.get(uid)) {
        if (isSettled(pod, merge)) {
          owed.remove(uid, merge);
        } else if (closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        } else {
          Duration longer = pause.multipliedBy(2);
          pause = longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isSettled(KubeName pod, ObjectNode merge) {
    try {
      api.patch(KubeResource.PODS, pod, merge);
      return true;
    } catch (KubeFailure e) {
      if (mayPass(e)) {
        return false;
      }
      if (e.status() != NOT_FOUND && e.status() != CONFLICT) {
        LOG.error(
            "Patchbay {}: its annotation {} cannot be written: {}",
            pod,
            NetworkStatus.KEY,
            e.message());
      }
      return true;
    }
  }

  /** Whether it may be taken later: the API is away, busy, or does not know us yet. */
  private static boolean mayPass(KubeFailure failure) {
    int status = failure.status();
    return status < BAD_REQUEST || status == TOO_MANY_REQUESTS || status >= SERVER_ERROR;
  }
}

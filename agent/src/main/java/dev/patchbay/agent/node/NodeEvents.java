package dev.patchbay.agent.node;

import dev.patchbay.cni.json.Json;
import dev.patchbay.kube.client.KubeApi;
import dev.patchbay.kube.client.KubeFailure;
import dev.patchbay.kube.client.KubeName;
import dev.patchbay.kube.client.KubeResource;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Events about pods, as {@code kubectl describe} shows them. The same news again counts up instead
 * of filling the list. An event that cannot be written is a line in the log and no reason to stop.
 */
final class NodeEvents {
  private static final Logger LOG = LoggerFactory.getLogger(NodeEvents.class);
  private static final String COMPONENT = "patchbay";
  private static final int REMEMBERED = 4096;
  private static final int LONGEST_MESSAGE = 1024; // the API's limit

  private final KubeApi api;
  private final String node;
  private final Clock clock;
  private final Map<News, Told> told =
      new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<News, Told> eldest) {
          return size() > REMEMBERED;
        }
      };

  private record News(String uid, String reason, String message) {}

  private record Told(KubeName name, int count) {}

  NodeEvents(KubeApi api, String node, Clock clock) {
    this.api = api;
    this.node = node;
    this.clock = clock;
  }

  /** All is well. */
  void normal(PodView pod, String reason, String message) {
    tell(pod, "Normal", reason, message);
  }

  /** Somebody should know. */
  void warning(PodView pod, String reason, String message) {
    tell(pod, "Warning", reason, message);
  }

  private void tell(PodView pod, String type, String reason, String text) {
    String message =
        text.length() > LONGEST_MESSAGE ? text.substring(0, LONGEST_MESSAGE - 1) + "…" : text;
    var news = new News(pod.uid(), reason, message);
    try {
      Optional<Told> before = before(news);
      remember(news, before.isPresent() ? again(before.get()) : first(pod, type, news));
    } catch (KubeFailure e) {
      LOG.warn("Patchbay: event {} of pod {} ({}): {}", reason, pod, message, e.message());
    }
  }

  private Optional<Told> before(News news) {
    synchronized (told) {
      return Optional.ofNullable(told.get(news));
    }
  }

  private void remember(News news, Told now) {
    synchronized (told) {
      told.put(news, now);
    }
  }

  private Told again(Told before) {
    ObjectNode merge = Json.newObject();
    merge.put("count", before.count() + 1).put("lastTimestamp", now());
    api.patch(KubeResource.EVENTS, before.name(), merge);
    return new Told(before.name(), before.count() + 1);
  }

  private Told first(PodView pod, String type, News news) {
    KubeName about = pod.name();
    // as others name theirs: unique, and it sorts by its object
    String name = about.name() + "." + UUID.randomUUID().toString().substring(0, 13);
    ObjectNode event = Json.newObject();
    event.put("apiVersion", "v1").put("kind", "Event");
    event.putObject("metadata").put("name", name).put("namespace", about.namespace());
    event
        .putObject("involvedObject")
        .put("apiVersion", "v1")
        .put("kind", "Pod")
        .put("namespace", about.namespace())
        .put("name", about.name())
        .put("uid", pod.uid());
    event.put("type", type).put("reason", news.reason()).put("message", news.message());
    event.putObject("source").put("component", COMPONENT).put("host", node);
    event.put("firstTimestamp", now()).put("lastTimestamp", now()).put("count", 1);
    event.put("reportingComponent", COMPONENT).put("reportingInstance", node);
    api.create(KubeResource.EVENTS, event);
    return new Told(new KubeName(about.namespace(), name), 1);
  }

  private String now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
  }
}

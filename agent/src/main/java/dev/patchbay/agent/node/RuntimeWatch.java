package dev.patchbay.agent.node;

import dev.patchbay.cri.Container;
import dev.patchbay.cri.Labels;
import dev.patchbay.cri.PodIdentity;
import dev.patchbay.cri.Sandbox;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices what changes in the runtime by itself: a container that ends, a sandbox that dies. Only
 * one thread looks.
 */
final class RuntimeWatch {
  private static final Logger LOG = LoggerFactory.getLogger(RuntimeWatch.class);

  private final ContainerRuntime runtime;
  private final String node;
  private final Consumer<PodIdentity> news;
  private Map<String, String> before = new HashMap<>();
  private boolean away;

  /**
   * A watch of one runtime.
   *
   * @param news hears of the pods in which something has changed; at the first look, of all
   */
  RuntimeWatch(ContainerRuntime runtime, String node, Consumer<PodIdentity> news) {
    this.runtime = runtime;
    this.node = node;
    this.news = news;
  }

  /** Looks once. */
  void look() {
    try {
      Map<String, String> now = new TreeMap<>();
      Map<String, PodIdentity> pods = new HashMap<>();
      for (Sandbox sandbox : runtime.sandboxes(Map.of(ContainerMaking.NODE_LABEL, node))) {
        pods.put(sandbox.pod().uid(), sandbox.pod());
        now.merge(sandbox.pod().uid(), sandbox.id() + sandbox.ready(), String::concat);
      }
      for (Container container : runtime.containers(Map.of())) {
        String uid = container.labels().getOrDefault(Labels.POD_UID, "");
        if (now.containsKey(uid)) {
          now.merge(uid, container.id() + container.phase(), String::concat);
        }
      }
      Set<String> all = new HashSet<>(now.keySet());
      all.addAll(before.keySet());
      all.stream()
          .filter(uid -> !String.valueOf(now.get(uid)).equals(before.get(uid)))
          .map(uid -> pods.getOrDefault(uid, new PodIdentity("", "", uid)))
          .forEach(news);
      before = now;
      away = false;
    } catch (RuntimeTrouble e) {
      if (!away) {
        LOG.warn("Patchbay: {}; tried again", e.text());
      }
      away = true;
    }
  }
}

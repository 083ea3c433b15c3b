package dev.patchbay.apiserver;

import dev.patchbay.apiserver.resource.Kind;
import dev.patchbay.apiserver.resource.Rules;
import dev.patchbay.apiserver.stream.PodStreams;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the API needs to know.
 *
 * @param folder where objects, certificates, tokens and the kubeconfig are kept
 * @param listen where it is served; port 0 for a free one
 * @param users file of users who may do less than the administrator; need not exist
 * @param rules what is asked of kinds beside their schema, by kind
 * @param views kinds that are computed from others
 * @param streams who runs the pods; empty for nobody
 */
public record ApiConfig(
    Path folder,
    InetSocketAddress listen,
    Path users,
    Map<String, Rules> rules,
    List<Kind> views,
    Optional<PodStreams> streams) {
  /** Copies the collections. */
  public ApiConfig {
    rules = Map.copyOf(rules);
    views = List.copyOf(views);
  }
}

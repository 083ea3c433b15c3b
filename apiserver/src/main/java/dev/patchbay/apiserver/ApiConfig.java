package dev.patchbay.apiserver;

import dev.patchbay.apiserver.resource.Rules;
import dev.patchbay.apiserver.stream.PodStreams;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What the API needs to know.
 *
 * @param folder where objects, certificates, tokens and the kubeconfig are kept
 * @param listen where it is served; port 0 for a free one
 * @param users file of users who may do less than the administrator; need not exist
 * @param rules what is asked of kinds beside their schema, by kind
 * @param streams who runs the pods; empty for nobody
 */
public record ApiConfig(
    Path folder,
    InetSocketAddress listen,
    Path users,
    Map<String, Rules> rules,
    Optional<PodStreams> streams) {
  /** Copies the map. */
  public ApiConfig {
    rules = Map.copyOf(rules);
  }
}

package dev.patchbay.kube.client;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.node.ObjectNode;

/** Objects of one kind as the API had them a moment ago, kept up to date until closed. */
public interface KubeInformer extends AutoCloseable {
  /** Completes once the listener has heard of all objects that were there at the start. */
  CompletableFuture<Void> synced();

  /** An object as last heard of, to be read only. */
  Optional<ObjectNode> get(KubeName name);

  /** All objects as last heard of, to be read only, by name. */
  List<ObjectNode> all();

  /** Ends it; the listener hears nothing more once this has returned. */
  @Override
  void close();
}

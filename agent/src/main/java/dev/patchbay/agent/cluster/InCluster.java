package dev.patchbay.agent.cluster;

import dev.patchbay.agent.cni.AddListener;
import dev.patchbay.kube.client.KubeApi;
import dev.patchbay.kube.client.KubeInformer;
import dev.patchbay.kube.client.KubeName;
import dev.patchbay.kube.client.KubeResource;
import dev.patchbay.kube.client.KubeSelection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node of a cluster: networks come from its API, and pods are told there what they got. */
public final class InCluster implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(InCluster.class);

  private final KubeApi api;
  private final KubeInformer networks;
  private final CompletableFuture<Void> tidied;
  private final StatusWriteBack status;

  private InCluster(
      KubeApi api, KubeInformer networks, CompletableFuture<Void> tidied, StatusWriteBack status) {
    this.api = api;
    this.networks = networks;
    this.tidied = tidied;
    this.status = status;
  }

  /**
   * Begins; the API may be away.
   *
   * @param definitions the folder of NetworkAttachmentDefinitions that pods are started from, which
   *     becomes a copy of the cluster's
   */
  public static InCluster start(KubeApi api, Path definitions) throws IOException {
    var copies = new DefinitionCopies(definitions);
    KubeInformer networks =
        api.inform(KubeResource.NETWORK_ATTACHMENT_DEFINITIONS, KubeSelection.ALL, copies);
    CompletableFuture<Void> tidied = networks.synced().thenRun(() -> tidy(copies, networks));
    return new InCluster(api, networks, tidied, new StatusWriteBack(api));
  }

  private static void tidy(DefinitionCopies copies, KubeInformer networks) {
    try {
      copies.keepOnly(networks.all().stream().map(KubeName::of).toList());
    } catch (IOException e) {
      LOG.error("Patchbay: networks that are gone may still be known here: {}", e.toString());
    }
  }

  /** Hears of pods, and tells the API. */
  public AddListener listener() {
    return status;
  }

  @Override
  public void close() {
    tidied.cancel(false);
    status.close();
    networks.close();
    api.close();
  }
}

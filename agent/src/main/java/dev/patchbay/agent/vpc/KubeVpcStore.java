package dev.patchbay.agent.vpc;

import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.kube.client.KubeApi;
import dev.patchbay.kube.client.KubeDeletion;
import dev.patchbay.kube.client.KubeFailure;
import dev.patchbay.kube.client.KubeName;
import dev.patchbay.kube.client.KubeSelection;
import dev.patchbay.vpc.InvalidObjectException;
import dev.patchbay.vpc.Key;
import dev.patchbay.vpc.StoreAwayException;
import dev.patchbay.vpc.Stored;
import dev.patchbay.vpc.VpcObject;
import dev.patchbay.vpc.VpcStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * VPCs, subnets and ports as custom resources of the Kubernetes API, the embedded one or a
 * cluster's.
 *
 * @param api where they are
 */
public record KubeVpcStore(KubeApi api) implements VpcStore {
  private static final Logger LOG = LoggerFactory.getLogger(KubeVpcStore.class);

  @Override
  public <T extends VpcObject> Optional<Stored<T>> get(Class<T> kind, Key key) {
    return reaching(() -> api.get(VpcTree.resource(kind), name(key)))
        .map(tree -> stored(kind, tree));
  }

  @Override
  public <T extends VpcObject> List<Stored<T>> list(Class<T> kind, String namespace) {
    List<Stored<T>> all = new ArrayList<>();
    for (ObjectNode tree :
        reaching(() -> api.list(VpcTree.resource(kind), KubeSelection.ofNamespace(namespace)))) {
      try {
        all.add(stored(kind, tree));
      } catch (InvalidObjectException e) {
        LOG.warn("Patchbay: {}; it is passed over", e.getMessage());
      }
    }
    return all;
  }

  @Override
  public boolean create(VpcObject object) {
    try {
      ObjectNode _ = api.create(VpcTree.resource(object.getClass()), VpcTree.spec(object));
      return true;
    } catch (KubeFailure e) {
      if (e.isAlreadyExists()) {
        return false;
      }
      throw refused(object, e);
    }
  }

  @Override
  public <T extends VpcObject> boolean update(Stored<T> changed) {
    ObjectNode tree = VpcTree.spec(changed.object());
    tree.withObject("/metadata").put("resourceVersion", changed.version());
    tree.set("status", VpcTree.status(changed.object()));
    try {
      ObjectNode _ = api.updateStatus(VpcTree.resource(changed.object().getClass()), tree);
      return true;
    } catch (KubeFailure e) {
      if (e.isConflict() || e.isNotFound()) {
        return false;
      }
      throw refused(changed.object(), e);
    }
  }

  @Override
  public void delete(VpcObject object) {
    boolean _ =
        reaching(() ->
            api.delete(
                VpcTree.resource(object.getClass()), name(object.key()), KubeDeletion.DEFAULT));
  }

  private static <T extends VpcObject> Stored<T> stored(Class<T> kind, ObjectNode tree) {
    String version = tree.path("metadata").path("resourceVersion").asString("");
    return new Stored<>(VpcTree.read(kind, tree), version);
  }

  private static KubeName name(Key key) {
    return new KubeName(key.namespace(), key.name());
  }

  private static <T> T reaching(Supplier<T> asking) {
    try {
      return asking.get();
    } catch (KubeFailure e) {
      throw new StoreAwayException(e.message(), e);
    }
  }

  private static RuntimeException refused(VpcObject object, KubeFailure e) {
    if (e.canRetry()) {
      return new StoreAwayException(e.message(), e);
    }
    var invalid =
        new InvalidObjectException(
            new AttachFailure.InvalidField(
                VpcTree.resource(object.getClass()).kind(),
                object.key().toString(),
                e.message(),
                "make the namespace, and install the resource definitions of patchbay.dev"));
    invalid.initCause(e);
    return invalid;
  }
}

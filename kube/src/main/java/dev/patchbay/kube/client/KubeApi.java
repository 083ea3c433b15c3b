package dev.patchbay.kube.client;

import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * The Kubernetes API, the embedded one or a cluster's; nobody can tell which. Objects are trees, so
 * that fields which core kinds do not have elsewhere ({@code spec.nics}) survive. Every method may
 * throw {@link KubeFailure} and may be called from any thread, of which it holds a virtual one at
 * most for some seconds.
 */
public interface KubeApi extends AutoCloseable {
  /** An object; empty when there is none. */
  Optional<ObjectNode> get(KubeResource resource, KubeName name);

  /** The objects of a selection. */
  List<ObjectNode> list(KubeResource resource, KubeSelection selection);

  /** Creates an object, in the namespace that its metadata names, and returns it as stored. */
  ObjectNode create(KubeResource resource, ObjectNode object);

  /**
   * Replaces an object but for its status; with a {@code metadata.resourceVersion} only as it was
   * then.
   */
  ObjectNode update(KubeResource resource, ObjectNode object);

  /** Replaces the status of an object, by the same rule. */
  ObjectNode updateStatus(KubeResource resource, ObjectNode object);

  /** Changes an object by a JSON merge patch (RFC 7396). */
  ObjectNode patch(KubeResource resource, KubeName name, ObjectNode merge);

  /** Changes the status of an object by a JSON merge patch; {@code merge} has {@code status}. */
  ObjectNode patchStatus(KubeResource resource, KubeName name, ObjectNode merge);

  /** Deletes an object; false when there is none. */
  boolean delete(KubeResource resource, KubeName name, KubeDeletion deletion);

  /**
   * Binds a pod to a node, as a scheduler does; a conflict when it has one.
   *
   * @param uid only the pod of this UID
   */
  void bind(KubeName pod, String uid, String node);

  /**
   * Lists the objects of a selection and watches them from then on, for ever: a connection that is
   * lost, or a history that is too short, is made up for.
   */
  KubeInformer inform(KubeResource resource, KubeSelection selection, KubeListener listener);

  /** Ends all informers and connections. */
  @Override
  void close();
}

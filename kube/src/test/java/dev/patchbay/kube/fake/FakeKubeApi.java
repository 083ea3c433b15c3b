package dev.patchbay.kube.fake;

import dev.patchbay.kube.client.KubeApi;
import dev.patchbay.kube.client.KubeDeletion;
import dev.patchbay.kube.client.KubeFailure;
import dev.patchbay.kube.client.KubeInformer;
import dev.patchbay.kube.client.KubeListener;
import dev.patchbay.kube.client.KubeName;
import dev.patchbay.kube.client.KubeResource;
import dev.patchbay.kube.client.KubeSelection;
import dev.patchbay.kube.client.Reflector;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import tools.jackson.databind.node.ObjectNode;

/**
 * An API in memory: versions and their conflicts, status apart from the rest, graceful deletion of
 * pods that have a node, finalizers, watches with their history. It validates nothing. It can be
 * {@link #away}, {@link #forget} its history, and {@link #failNext} where told.
 *
 * <p>Merge patches only; selectors by equality only.
 */
public final class FakeKubeApi implements KubeApi {
  private final FakeStore store = new FakeStore();
  private final List<Fault> faults = new ArrayList<>();
  private final List<KubeInformer> informers = new ArrayList<>();
  private boolean away;

  private record Fault(Predicate<Call> on, KubeFailure failure) {}

  /**
   * A request, for faults.
   *
   * @param verb get, list, watch, create, update, updateStatus, patch, patchStatus, delete, bind
   * @param resource the kind
   * @param name the object; of a list, create or watch with an empty name
   */
  public record Call(String verb, KubeResource resource, KubeName name) {}

  /** An API that has no objects. */
  public FakeKubeApi() {}

  /** From now on nobody reaches it, and watches are cut off. */
  public synchronized void away() {
    away = true;
    notifyAll();
  }

  /** It can be reached again. */
  public synchronized void back() {
    away = false;
    notifyAll();
  }

  /** The history is thrown away: watches from before are told that they are too late. */
  public synchronized void forget() {
    store.forget();
    notifyAll();
  }

  /** The next request that the predicate chooses fails with this, and does nothing. */
  public synchronized void failNext(Predicate<Call> on, KubeFailure failure) {
    faults.add(new Fault(on, failure));
  }

  /** Does what a user does: changes an object in place, whatever its version. */
  public synchronized ObjectNode edit(
      KubeResource resource, KubeName name, Consumer<ObjectNode> change) {
    return changed(store.change(resource, name, change));
  }

  @Override
  public synchronized Optional<ObjectNode> get(KubeResource resource, KubeName name) {
    meet("get", resource, name);
    return store.find(resource, name).map(ObjectNode::deepCopy);
  }

  @Override
  public synchronized List<ObjectNode> list(KubeResource resource, KubeSelection selection) {
    meet("list", resource, new KubeName(selection.namespace(), ""));
    return store.list(resource, selection);
  }

  @Override
  public synchronized ObjectNode create(KubeResource resource, ObjectNode object) {
    meet("create", resource, KubeName.of(object));
    return changed(store.create(resource, object));
  }

  @Override
  public synchronized ObjectNode update(KubeResource resource, ObjectNode object) {
    meet("update", resource, KubeName.of(object));
    return changed(store.replace(resource, object, false));
  }

  @Override
  public synchronized ObjectNode updateStatus(KubeResource resource, ObjectNode object) {
    meet("updateStatus", resource, KubeName.of(object));
    return changed(store.replace(resource, object, true));
  }

  @Override
  public synchronized ObjectNode patch(KubeResource resource, KubeName name, ObjectNode merge) {
    meet("patch", resource, name);
    return changed(store.patch(resource, name, merge, false));
  }

  @Override
  public synchronized ObjectNode patchStatus(
      KubeResource resource, KubeName name, ObjectNode merge) {
    meet("patchStatus", resource, name);
    return changed(store.patch(resource, name, merge, true));
  }

  @Override
  public synchronized boolean delete(KubeResource resource, KubeName name, KubeDeletion deletion) {
    meet("delete", resource, name);
    boolean found = store.delete(resource, name, deletion);
    notifyAll();
    return found;
  }

  @Override
  public synchronized void bind(KubeName pod, String uid, String node) {
    meet("bind", KubeResource.PODS, pod);
    changed(store.bind(pod, uid, node));
  }

  @Override
  public synchronized KubeInformer inform(
      KubeResource resource, KubeSelection selection, KubeListener listener) {
    var informer = new Reflector(resource + " (fake)", new Source(resource, selection), listener);
    informers.add(informer);
    return informer;
  }

  @Override
  public void close() {
    List<KubeInformer> all;
    synchronized (this) {
      all = List.copyOf(informers);
      informers.clear();
    }
    all.forEach(KubeInformer::close);
  }

  private ObjectNode changed(ObjectNode stored) {
    notifyAll();
    return stored.deepCopy();
  }

  private void meet(String verb, KubeResource resource, KubeName name) {
    if (away) {
      throw KubeFailure.unreachable("the fake API is away", new ConnectException("refused"));
    }
    var call = new Call(verb, resource, name);
    Optional<Fault> due = faults.stream().filter(fault -> fault.on().test(call)).findFirst();
    if (due.isPresent()) {
      faults.remove(due.get());
      throw due.get().failure();
    }
  }

  private final class Source implements Reflector.Source {
    private final KubeResource resource;
    private final KubeSelection selection;
    private final Map<KubeName, Boolean> seen = new HashMap<>();

    Source(KubeResource resource, KubeSelection selection) {
      this.resource = resource;
      this.selection = selection;
    }

    @Override
    public Reflector.Listing list() {
      synchronized (FakeKubeApi.this) {
        seen.clear();
        List<ObjectNode> items = FakeKubeApi.this.list(resource, selection);
        items.forEach(item -> seen.put(KubeName.of(item), true));
        return new Reflector.Listing(store.version(), items);
      }
    }

    @Override
    public void watch(String afterVersion, Consumer<ObjectNode> events)
        throws InterruptedException {
      String from = afterVersion;
      while (true) {
        List<FakeStore.Change> due;
        synchronized (FakeKubeApi.this) {
          meet("watch", resource, new KubeName(selection.namespace(), ""));
          due = store.after(from);
          if (due.isEmpty()) {
            FakeKubeApi.this.wait();
            continue;
          }
          from = store.version();
        }
        due.stream().filter(one -> one.resource().equals(resource)).forEach(c -> tell(c, events));
      }
    }

    /** An object that begins or ceases to match comes and goes for this watcher. */
    private void tell(FakeStore.Change change, Consumer<ObjectNode> events) {
      KubeName name = KubeName.of(change.object());
      boolean now = !change.deleted() && Matching.matches(selection, change.object());
      boolean before = seen.containsKey(name);
      if (now) {
        seen.put(name, true);
        events.accept(change.event(before ? "MODIFIED" : "ADDED"));
      } else if (before) {
        seen.remove(name);
        events.accept(change.event("DELETED"));
      }
    }
  }
}

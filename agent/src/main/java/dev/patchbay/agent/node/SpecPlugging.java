package dev.patchbay.agent.node;

import dev.patchbay.agent.api.PodSpecs;
import dev.patchbay.cni.json.Json;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.Owner;
import dev.patchbay.kube.client.KubeApi;
import dev.patchbay.kube.client.KubeFailure;
import dev.patchbay.kube.client.KubeResource;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code patchbay plug} and {@code unplug} on a pod of the API: a change of {@code spec.nics} like
 * anybody's, and then patience.
 *
 * @param api has the pods
 * @param cache tells how far the node is
 */
record SpecPlugging(KubeApi api, PodCache cache) implements PodSpecs {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(10);
  private static final int TRIES = 5;

  @Override
  public boolean lists(Owner owner, Optional<IfName> nic) {
    return find(owner)
        .map(PodView::nics)
        .filter(nics -> !nics.isEmpty())
        .filter(nics -> nic.isEmpty() || nics.stream().anyMatch(one -> one.name().equals(nic)))
        .isPresent();
  }

  private Optional<PodView> find(Owner owner) {
    return switch (owner) {
      case Owner.Pod(var uid) -> cache.isGone(uid) ? Optional.empty() : cache.find(uid);
      case Owner.Vm _, Owner.Container _ -> Optional.empty();
    };
  }

  @Override
  public Optional<String> plug(Owner owner, IfName nic, String network, Optional<String> ip) {
    Optional<String> refused =
        change(
            owner,
            pod -> {
              ArrayNode list = without(pod, "");
              ObjectNode added = list.addObject().put("name", nic.value());
              pod.vpc()
                  .filter(vpc -> !vpc.equals(network))
                  .ifPresent(_ -> added.put("subnetName", network));
              ip.ifPresent(address -> added.put("ipAddress", address));
              return list;
            });
    return refused.isPresent() ? refused : await(owner, nic, true);
  }

  @Override
  public Optional<String> unplug(Owner owner, IfName nic) {
    Optional<String> refused = change(owner, pod -> without(pod, nic.value()));
    return refused.isPresent() ? refused : await(owner, nic, false);
  }

  private static ArrayNode without(PodView pod, String name) {
    ArrayNode list = Json.newObject().putArray("nics");
    for (JsonNode one : pod.spec().path("nics")) {
      if (name.isEmpty() || !one.path("name").asString("").equals(name)) {
        list.add(one);
      }
    }
    return list;
  }

  /** Changes the list as it is now: another writer's change is neither lost nor undone. */
  private Optional<String> change(Owner owner, Function<PodView, ArrayNode> list) {
    for (int i = 0; i < TRIES; i++) {
      Optional<PodView> known = find(owner);
      if (known.isEmpty()) {
        return Optional.of("the API does not know it any more");
      }
      try {
        Optional<PodView> now =
            api.get(KubeResource.PODS, known.get().name())
                .map(PodView::new)
                .filter(pod -> pod.owner().equals(owner));
        if (now.isEmpty()) {
          return Optional.of("the API does not know it any more");
        }
        ObjectNode merge = Json.newObject();
        merge
            .putObject("metadata")
            .put("resourceVersion", now.get().metadata().path("resourceVersion").asString(""));
        merge.putObject("spec").set("nics", list.apply(now.get()));
        api.patch(KubeResource.PODS, now.get().name(), merge);
        return Optional.empty();
      } catch (KubeFailure e) {
        if (!e.isConflict()) {
          return Optional.of(e.message());
        }
      }
    }
    return Optional.of("others change the pod all the time; try again");
  }

  private Optional<String> await(Owner owner, IfName nic, boolean there) {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < until) {
      Optional<JsonNode> status = status(owner, nic);
      String state = status.map(one -> one.path("state").asString("")).orElse("");
      if (there ? state.equals("Ready") : status.isEmpty()) {
        return Optional.empty();
      }
      if (state.equals("Failed")) {
        return status.map(one -> one.path("reason").asString("") + "; it is tried again");
      }
      try {
        Thread.sleep(LOOK_AGAIN);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return Optional.of("called off; the spec is changed, the node follows");
      }
    }
    return Optional.of(
        "not done after " + PATIENCE.toSeconds() + " s; the spec is changed, the node follows");
  }

  private Optional<JsonNode> status(Owner owner, IfName nic) {
    for (JsonNode one :
        find(owner).map(pod -> pod.status().path("nicStatuses")).orElseGet(Json::newObject)) {
      if (one.path("name").asString("").equals(nic.value())) {
        return Optional.of(one);
      }
    }
    return Optional.empty();
  }
}

package dev.patchbay.agent.node;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.Owner;
import dev.patchbay.kube.client.KubeName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A pod as the API has it, to be read only.
 *
 * @param object all of it
 */
record PodView(ObjectNode object) {
  private static final String PRIMARY_NIC = "patchbay.dev/primary-nic";
  private static final String TARGET_RUNTIME = "kubernetes.io/target-runtime";
  private static final String VIRTLET = "virtlet.cloud";

  KubeName name() {
    return KubeName.of(object);
  }

  String uid() {
    return metadata().path("uid").asString("");
  }

  Owner owner() {
    return new Owner.Pod(uid());
  }

  JsonNode metadata() {
    return object.path("metadata");
  }

  JsonNode spec() {
    return object.path("spec");
  }

  JsonNode status() {
    return object.path("status");
  }

  String phase() {
    return status().path("phase").asString("");
  }

  /** Whether it has run to its end, or never will run. */
  boolean isOver() {
    return phase().equals("Succeeded") || phase().equals("Failed");
  }

  String nodeName() {
    return spec().path("nodeName").asString("");
  }

  boolean isDeleting() {
    return !metadata().path("deletionTimestamp").asString("").isEmpty();
  }

  /** Alkaid's way to ask for a virtual machine, or Virtlet's. */
  boolean isVm() {
    return spec().path("virtualMachine").isObject()
        || VIRTLET.equals(annotations().get(TARGET_RUNTIME));
  }

  Map<String, String> annotations() {
    return strings(metadata().path("annotations"));
  }

  Map<String, String> labels() {
    return strings(metadata().path("labels"));
  }

  static Map<String, String> strings(JsonNode node) {
    Map<String, String> all = new HashMap<>();
    node.properties().forEach(entry -> all.put(entry.getKey(), entry.getValue().asString("")));
    return all;
  }

  /** The VPC that the spec names; annotations are the dialect's affair. */
  Optional<String> vpc() {
    return Optional.of(spec().path("vpc").asString("")).filter(text -> !text.isBlank());
  }

  /** The list as written; empty when there is none. */
  List<SpecNic> nics() {
    List<SpecNic> nics = new ArrayList<>();
    spec()
        .path("nics")
        .forEach(nic -> {
          if (nic instanceof ObjectNode json) {
            nics.add(SpecNic.of(json));
          }
        });
    return List.copyOf(nics);
  }

  /**
   * The NICs that shall be there; empty when the list says nothing about that: it is absent, or has
   * an unnamed one (origins, section 2.6: to compute a detach from such a list is the defect that
   * took eth0 away).
   */
  Optional<List<SpecNic>> desired() {
    List<SpecNic> nics = nics();
    boolean tells = !nics.isEmpty() && nics.stream().allMatch(nic -> nic.name().isPresent());
    return tells ? Optional.of(nics) : Optional.empty();
  }

  /**
   * The list with every NIC named, the primary one first. A patch puts new items first, so the
   * order of the list says nothing: the status tells which one is primary and, until there is one,
   * what the API recorded when the pod was created.
   */
  List<SpecNic> ordered() {
    List<SpecNic> named = new ArrayList<>();
    for (SpecNic nic : nics()) {
      named.add(nic.name().isPresent() ? nic : nic.named(new IfName("eth" + named.size())));
    }
    String recorded = metadata().path("annotations").path(PRIMARY_NIC).asString("");
    String primary = status().path("nicStatuses").path(0).path("name").asString(recorded);
    List<SpecNic> ordered = new ArrayList<>();
    named.stream().filter(nic -> isCalled(nic, primary)).forEach(ordered::add);
    named.stream().filter(nic -> !isCalled(nic, primary)).forEach(ordered::add);
    return List.copyOf(ordered);
  }

  private static boolean isCalled(SpecNic nic, String name) {
    return nic.name().map(IfName::value).filter(name::equals).isPresent();
  }

  @Override
  public String toString() {
    return name().toString();
  }
}

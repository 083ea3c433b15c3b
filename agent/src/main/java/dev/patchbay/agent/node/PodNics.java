package dev.patchbay.agent.node;

import dev.patchbay.agent.cni.Selection;
import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.json.Json;
import dev.patchbay.cni.skel.CniArgs;
import dev.patchbay.cni.skel.StdinConf;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.Origin;
import dev.patchbay.core.plan.Attachment;
import dev.patchbay.kube.AnnotationSource;
import dev.patchbay.kube.PodFacts;
import dev.patchbay.kube.dialect.Dialects;
import dev.patchbay.kube.dialect.Folders;
import dev.patchbay.vpc.VpcProvider;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;

/**
 * From a pod's spec to attachments, by the dialects that the CNI path reads too: {@code spec.vpc}
 * and {@code spec.nics} become the annotations {@code VPC} and {@code NICs}; a NIC of a pod without
 * a VPC belongs to the node's default network.
 *
 * @param network the configuration of the node's pods, as the runtime sends it on stdin
 * @param folders where networks are defined
 * @param nativeKinds whether plugins that we know are done by ourselves
 * @param vpcs looks up ports
 */
public record PodNics(StdinConf network, Folders folders, boolean nativeKinds, VpcProvider vpcs) {
  /** The dialect's name in the origins of NICs that were plugged because the spec has them. */
  static final String DIALECT = "spec";

  private static final String VPC = "VPC";
  private static final String NICS = "NICs";
  private static final IfName FIRST = new IfName("eth0");

  /** What a sandbox is told: the pod's own annotations, and what its spec says as annotations. */
  Map<String, String> annotations(PodView pod) {
    Map<String, String> all = new HashMap<>(pod.annotations());
    pod.vpc()
        .ifPresent(vpc -> {
          List<SpecNic> nics = pod.ordered();
          all.put(VPC, vpc);
          all.put(
              NICS,
              text(nics.isEmpty() ? List.of(SpecNic.of(Json.newObject()).named(FIRST)) : nics));
        });
    return all;
  }

  /** The NICs that a new sandbox without a runtime gets; throws CniException. */
  Selection first(PodView pod, CniArgs args) {
    boolean plain = pod.vpc().isEmpty() && !pod.annotations().containsKey(VPC);
    if (!plain || pod.nics().isEmpty()) {
      return read(pod, annotations(pod), FIRST, args);
    }
    List<Attachment> all = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    for (SpecNic nic : pod.ordered()) {
      IfName name = nic.name().orElseThrow();
      Selection one = read(pod, Map.of(), name, args);
      all.add(ofSpec(one.attachments().getFirst(), nic));
      warnings.addAll(one.warnings());
    }
    return new Selection(all, Optional.of(all.getFirst().ifName()), warnings);
  }

  /** One more NIC for a running pod; throws CniException. */
  Attachment more(PodView pod, SpecNic nic, CniArgs args) {
    Map<String, String> annotations = new HashMap<>();
    Optional<String> vpc = pod.vpc().or(() -> Optional.ofNullable(pod.annotations().get(VPC)));
    vpc.ifPresent(name -> {
      annotations.putAll(pod.annotations());
      annotations.put(VPC, name);
      annotations.put(NICS, text(List.of(nic)));
    });
    IfName name = nic.name().orElseThrow();
    List<Attachment> read = read(pod, annotations, name, args).attachments();
    return ofSpec(
        read.stream()
            .filter(one -> one.ifName().equals(name))
            .findFirst()
            .orElseThrow(() ->
                CniException.of(
                    CniError.INVALID_NETWORK_CONFIG,
                    "spec.nics: no network of this node serves " + nic.text())),
        nic);
  }

  private Selection read(PodView pod, Map<String, String> annotations, IfName first, CniArgs args) {
    var facts =
        new PodFacts(
            Optional.of(pod.name().namespace()),
            Optional.of(pod.name().name()),
            Optional.of(pod.uid()),
            Optional.empty(),
            annotations,
            AnnotationSource.RUNTIME_CONFIG);
    return Selection.of(Dialects.read(network, first, facts, folders), args, nativeKinds, vpcs);
  }

  private static Attachment ofSpec(Attachment read, SpecNic nic) {
    return new Attachment(
        read.ifName(),
        read.network(),
        read.cniVersion(),
        new Origin(DIALECT, "spec.nics", nic.text()),
        read.chain(),
        read.defaultRoute());
  }

  private static String text(List<SpecNic> nics) {
    ArrayNode list = Json.newObject().putArray(NICS);
    nics.forEach(nic -> list.add(nic.json()));
    return Json.text(list);
  }
}

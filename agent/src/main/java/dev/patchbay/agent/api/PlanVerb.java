package dev.patchbay.agent.api;

import dev.patchbay.agent.cni.Selection;
import dev.patchbay.agent.config.AgentConfig;
import dev.patchbay.agent.journal.NicRecord;
import dev.patchbay.agent.reconcile.NodeReconciler;
import dev.patchbay.agent.reconcile.Place;
import dev.patchbay.agent.reconcile.Wanted;
import dev.patchbay.cni.json.Fields;
import dev.patchbay.cni.json.Json;
import dev.patchbay.cni.skel.CniRequest;
import dev.patchbay.cni.skel.RequestParser;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.plan.AttachPlanner.Planning;
import dev.patchbay.kube.PodFacts;
import dev.patchbay.kube.dialect.Dialects;
import dev.patchbay.kube.dialect.Folders;
import dev.patchbay.kube.dialect.Requested;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code plan}: what an ADD of a configuration, or plugging of networks, would do. Nothing is done,
 * and nothing is reserved.
 */
record PlanVerb(AgentConfig config, Places places, Plugging plugging, NodeReconciler reconciler)
    implements Verb {
  /** Stands for a pod that is not there yet. */
  private static final Netns IMAGINED = Netns.at("/run/netns/POD");

  /** What is wanted, and what should be known about it. */
  private record Resolved(Place place, Wanted wanted, List<String> notes) {}

  @Override
  public ObjectNode answer(Ask ask) {
    Place place = place(ask.fields());
    Resolved resolved =
        ask.fields().object("conf").isPresent()
            ? ofConf(ask.fields(), place)
            : ofNetworks(ask.fields(), place);
    return switch (reconciler.plan(resolved.wanted())) {
      case Planning.Refused(var attachment, var why) ->
          throw new Refusal(
              attachment.ifName()
                  + " of network \""
                  + attachment.network()
                  + "\" cannot be had: "
                  + why.message()
                  + "; "
                  + why.remedy(),
              "patchbay check");
      case Planning.Ready ready -> PlanView.of(place.pod(), ready, resolved.notes());
    };
  }

  private Place place(Fields ask) {
    return ask.filled("target").isPresent() || ask.filled("containerId").isPresent()
        ? places.of(places.containerId(ask), ask.filled("netns"))
        : Place.imagined(
            ask.filled("netns").map(path -> places.rule().require(path, false)).orElse(IMAGINED));
  }

  /**
   * Of networks that the container is plugged to already under that name, nothing is to be done.
   */
  private Resolved ofNetworks(Fields ask, Place place) {
    List<String> items = new ArrayList<>(ask.texts("networks"));
    if (items.isEmpty()) {
      throw new Refusal(
          "nothing is named to plan", "patchbay plan --network NAME, or patchbay get networks");
    }
    List<String> notes = new ArrayList<>();
    items.removeIf(item -> {
      Optional<NicRecord> there = attached(item, place);
      there.ifPresent(nic -> notes.add(nic.key().nic() + " is attached to " + item + " already"));
      return there.isPresent();
    });
    Plugging.Resolved resolved = plugging.resolve(place, items, "patchbay plan", ask);
    notes.addAll(resolved.warnings());
    return new Resolved(place, resolved.wanted(), notes);
  }

  private static Optional<NicRecord> attached(String item, Place place) {
    return place.there().stream()
        .filter(nic -> item.equals(nic.planned().attachment().network() + "@" + nic.key().nic()))
        .findFirst();
  }

  private Resolved ofConf(Fields ask, Place place) {
    CniRequest.Add add = add(ask, place);
    Requested requested =
        Dialects.read(
            add.conf(),
            add.attachment().ifName(),
            PodFacts.read(add.args(), add.conf().runtimeConfig()),
            new Folders(config.confDir(), Optional.of(config.networkDefinitions())));
    Selection selection =
        Selection.of(requested, add.args(), config.nativeKinds(), plugging.vpcs());
    List<String> notes = new ArrayList<>(requested.notes());
    notes.addAll(selection.warnings());
    List<String> path = config.delegateDirs().stream().map(Path::toString).toList();
    return new Resolved(
        place,
        new Wanted(
            place.sandbox(path), place.caller(), selection.attachments(), selection.primary()),
        notes);
  }

  /** The ADD that a runtime would send. */
  private CniRequest.Add add(Fields ask, Place place) {
    ObjectNode conf = ask.object("conf").orElseThrow().node().deepCopy();
    ask.object("annotations")
        .ifPresent(annotations ->
            (conf.get("runtimeConfig") instanceof ObjectNode given
                    ? given
                    : conf.putObject("runtimeConfig"))
                .set(PodFacts.ANNOTATIONS_CAPABILITY, annotations.node()));
    Map<String, String> environment = new HashMap<>();
    environment.put("CNI_COMMAND", "ADD");
    environment.put("CNI_CONTAINERID", place.containerId());
    environment.put("CNI_NETNS", place.netns().path());
    environment.put("CNI_IFNAME", ask.filled("ifName").orElse("eth0"));
    environment.put("CNI_ARGS", args(ask));
    environment.put(
        "CNI_PATH",
        config.delegateDirs().stream().map(Path::toString).collect(Collectors.joining(":")));
    return (CniRequest.Add) RequestParser.parse(environment, Json.bytes(conf));
  }

  private static String args(Fields ask) {
    List<String> pairs = new ArrayList<>();
    ask.filled("namespace").ifPresent(namespace -> pairs.add("K8S_POD_NAMESPACE=" + namespace));
    ask.filled("pod").ifPresent(pod -> pairs.add("K8S_POD_NAME=" + pod));
    return String.join(";", pairs);
  }
}

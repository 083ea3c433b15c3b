package dev.patchbay.agent.api;

import dev.patchbay.agent.config.AgentConfig;
import dev.patchbay.agent.journal.Journal;
import dev.patchbay.agent.journal.NicRecord;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.Owner;
import dev.patchbay.kube.PodFacts;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/**
 * What adds or removes a NIC whose desired set is a pod's spec: it changes the spec. What names a
 * network of this node's folders, or was plugged by hand, is the journal's affair and goes the
 * direct way.
 *
 * @param config where networks are defined
 * @param journal knows containers
 * @param specs the pods of the API
 * @param direct the verb for everything else
 * @param adds whether NICs are added; otherwise removed
 */
record SpecVerb(
    AgentConfig config, Journal journal, Supplier<PodSpecs> specs, Verb direct, boolean adds)
    implements Verb {
  private static final String PREFIX = "eth";

  @Override
  public ObjectNode answer(Ask ask) {
    if (ask.fields().filled("target").isEmpty() || ask.fields().flag("dryRun")) {
      return direct.answer(ask);
    }
    Targets.Target target = new Targets(journal).live(ask.fields());
    List<NicRecord> nics = Targets.nics(journal.ofContainer(target.container()));
    Owner owner = nics.getFirst().key().owner();
    return adds ? plug(ask, target, owner, nics) : unplug(ask, target, owner, nics);
  }

  private ObjectNode plug(Ask ask, Targets.Target target, Owner owner, List<NicRecord> nics) {
    String item = ask.fields().required("network");
    int at = item.indexOf('@');
    String network = at < 0 ? item : item.substring(0, at);
    if (!specs.get().lists(owner, Optional.empty()) || isOfFolders(network)) {
      return direct.answer(ask);
    }
    IfName name =
        (at < 0 ? ask.fields().parsed("ifName", IfName::new) : Optional.of(name(item, at)))
            .orElseGet(() -> free(nics, owner));
    if (nics.stream().anyMatch(nic -> nic.key().nic().equals(name))) {
      throw new Refusal(
          "interface \"" + name + "\" of " + target + " is taken",
          "choose another --name, or: patchbay unplug " + target + " " + name);
    }
    Optional<String> trouble =
        specs.get().plug(owner, name, network, ask.fields().texts("ips").stream().findFirst());
    if (trouble.isPresent()) {
      throw new Refusal(
          target + "/" + name + " is not attached: " + trouble.get(),
          "patchbay why " + target + " " + name);
    }
    return Answers.list(
        "NicList",
        journal.ofContainer(target.container()).stream()
            .filter(nic -> nic.key().nic().equals(name))
            .map(NicView::of)
            .toList());
  }

  private static IfName name(String item, int at) {
    try {
      return new IfName(item.substring(at + 1));
    } catch (IllegalArgumentException e) {
      throw new Refusal(
          "\"" + item + "\": " + e.getMessage(),
          "write it as network@interface, such as blue@eth1");
    }
  }

  private IfName free(List<NicRecord> nics, Owner owner) {
    int number = 0;
    IfName name = new IfName(PREFIX + number);
    while (isTaken(name, nics, owner)) {
      number++;
      name = new IfName(PREFIX + number);
    }
    return name;
  }

  private boolean isTaken(IfName name, List<NicRecord> nics, Owner owner) {
    return nics.stream().anyMatch(nic -> nic.key().nic().equals(name))
        || specs.get().lists(owner, Optional.of(name));
  }

  private boolean isOfFolders(String network) {
    int slash = network.indexOf('/');
    try {
      NetworkCatalog.read(config)
          .find(
              slash > 0 ? network.substring(0, slash) : PodFacts.DEFAULT_NAMESPACE,
              network.substring(slash + 1));
      return true;
    } catch (CniException _) {
      return false; // nor is it refused here: the VPC may have a subnet of that name
    }
  }

  private ObjectNode unplug(Ask ask, Targets.Target target, Owner owner, List<NicRecord> nics) {
    IfName name = ask.fields().parsed("nic", IfName::new).orElseGet(() -> new IfName("-"));
    Optional<NicRecord> nic = nics.stream().filter(one -> one.key().nic().equals(name)).findFirst();
    if (nic.isEmpty() || !specs.get().lists(owner, Optional.of(name))) {
      return direct.answer(ask);
    }
    Optional<String> trouble = specs.get().unplug(owner, name);
    if (trouble.isPresent()) {
      throw new Refusal(
          target + "/" + name + " is not unplugged: " + trouble.get(),
          "patchbay why " + target + " " + name);
    }
    return Answers.list("NicList", List.of(NicView.of(nic.get()).put("state", "Detached")));
  }
}

package dev.patchbay.agent.api;

import dev.patchbay.agent.config.AgentConfig;
import dev.patchbay.agent.journal.NicRecord;
import dev.patchbay.agent.reconcile.Place;
import dev.patchbay.agent.reconcile.Wanted;
import dev.patchbay.agent.resolve.Asked;
import dev.patchbay.agent.resolve.Resolver;
import dev.patchbay.cni.conf.NetworkConf;
import dev.patchbay.cni.json.Fields;
import dev.patchbay.cni.skel.CniArgs;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.NicRequest;
import dev.patchbay.core.nic.Origin;
import dev.patchbay.core.plan.Attachment;
import dev.patchbay.core.plan.HostObserver;
import dev.patchbay.kube.PodFacts;
import dev.patchbay.kube.dialect.GenieDialect;
import dev.patchbay.vpc.VpcProvider;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * From {@code [namespace/]network[@interface]} as a person types it to the NICs wanted.
 *
 * @param config where networks are defined
 * @param host tells which interface names are free
 * @param vpcs looks up ports
 */
record Plugging(AgentConfig config, HostObserver host, VpcProvider vpcs) {
  /** A NIC plugged by hand into a pod without a dialect's own rule is named as Multus does. */
  private static final String PREFIX = "net";

  private static final String GENIE_PREFIX = "eth";

  /**
   * What was wanted, resolved.
   *
   * @param wanted for the reconciler
   * @param warnings about keys that nobody reads
   */
  record Resolved(Wanted wanted, List<String> warnings) {
    Resolved {
      warnings = List.copyOf(warnings);
    }
  }

  /** The NICs of these items, in order; throws Refusal or CniException. */
  Resolved resolve(Place place, List<String> items, String command, Fields ask) {
    NetworkCatalog catalog = NetworkCatalog.read(config);
    Set<IfName> taken = new HashSet<>();
    place.there().forEach(nic -> taken.add(nic.key().nic()));
    List<String> warnings = new ArrayList<>();
    Resolver resolver =
        new Resolver(config.nativeKinds(), CniArgs.parse(place.args()), vpcs, warnings::add);
    List<Attachment> nics = new ArrayList<>();
    for (String item : items) {
      NicRequest request = request(item, place, command, ask);
      NetworkConf conf =
          catalog.find(request.namespace().orElse(PodFacts.DEFAULT_NAMESPACE), request.network());
      IfName name = request.ifName().orElseGet(() -> free(place, taken));
      refuseTaken(place, name, taken);
      nics.add(resolver.resolve(new Asked(request, name, conf)));
    }
    List<String> path = config.delegateDirs().stream().map(Path::toString).toList();
    return new Resolved(
        new Wanted(place.sandbox(path), place.caller(), nics, Optional.empty()), warnings);
  }

  private NicRequest request(String item, Place place, String command, Fields ask) {
    int at = item.indexOf('@');
    String network = at < 0 ? item : item.substring(0, at);
    int slash = network.indexOf('/');
    Optional<IfName> inItem =
        at < 0 ? Optional.empty() : Optional.of(ifName(item.substring(at + 1), item));
    return new NicRequest(
        network.substring(slash + 1),
        slash > 0 ? Optional.of(network.substring(0, slash)) : place.caller().podNamespace(),
        inItem.or(() -> ask.parsed("ifName", IfName::new)),
        ask.texts("ips"),
        ask.parsed("mac", MacAddress::new),
        Optional.empty(),
        Map.of(),
        Optional.empty(),
        new Origin("cli", command, item));
  }

  private static IfName ifName(String text, String item) {
    try {
      return new IfName(text);
    } catch (IllegalArgumentException e) {
      throw new Refusal(
          "\"" + item + "\": " + e.getMessage(),
          "write it as network@interface, such as blue@net1");
    }
  }

  /** The next free name after the pod's own ones; {@code eth<n>} where Genie named them. */
  private IfName free(Place place, Set<IfName> taken) {
    boolean genie =
        place.there().stream()
            .map(nic -> nic.planned().attachment().origin().dialect())
            .anyMatch(GenieDialect.NAME::equals);
    int number = genie ? 0 : 1;
    IfName name = new IfName((genie ? GENIE_PREFIX : PREFIX) + number);
    while (taken.contains(name) || host.observe(place.netns(), name).isPresent()) {
      number++;
      name = new IfName((genie ? GENIE_PREFIX : PREFIX) + number);
    }
    return name;
  }

  /** The journal would take a second NIC of the name for the first one. */
  private static void refuseTaken(Place place, IfName name, Set<IfName> taken) {
    if (taken.add(name)) {
      return;
    }
    Optional<NicRecord> holder =
        place.there().stream().filter(nic -> nic.key().nic().equals(name)).findFirst();
    throw new Refusal(
        "interface \""
            + name
            + "\" of "
            + place.pod()
            + " is taken"
            + holder
                .map(nic -> " by network \"" + nic.planned().attachment().network() + "\"")
                .orElse(" by this very request"),
        holder.isPresent()
            ? "choose another --name, or: patchbay unplug " + place.pod() + " " + name
            : "give each NIC its own name: --network blue@net1 --network blue@net2");
  }
}

package dev.patchbay.agent.api;

import dev.patchbay.agent.journal.NicRecord;
import dev.patchbay.agent.resolve.Asked;
import dev.patchbay.agent.resolve.Resolver;
import dev.patchbay.cni.conf.NetworkConf;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.skel.CniArgs;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.NicRequest;
import dev.patchbay.core.nic.Origin;
import dev.patchbay.core.plan.Attachment;
import dev.patchbay.core.plan.LeaseOp;
import dev.patchbay.vpc.VpcProvider;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A network that can be asked for by name, or that a NIC has by a runtime's configuration alone.
 *
 * @param namespace of a NetworkAttachmentDefinition; empty for others
 * @param name what it is called
 * @param alias the name by which CNI-Genie knows its file; empty where there is none
 * @param source its file, or a runtime
 * @param conf its configuration; absent when that cannot be read, or is a runtime's
 * @param attachment what a NIC of it would be; absent when the configuration cannot be served
 * @param trouble why something is absent; empty when all is well
 */
record KnownNetwork(
    String namespace,
    String name,
    String alias,
    String source,
    Optional<NetworkConf> conf,
    Optional<Attachment> attachment,
    String trouble) {
  private static final String OF_RUNTIME = "a runtime's configuration";

  /** All of them, in order of their keys. */
  static List<KnownNetwork> all(NetworkCatalog catalog, List<NicRecord> nics, VpcProvider vpcs) {
    List<KnownNetwork> all = new ArrayList<>();
    List<String> defined = new ArrayList<>();
    for (NetworkCatalog.Entry entry : catalog.entries()) {
      all.add(of(entry, vpcs));
      entry.conf().ifPresent(conf -> defined.add(conf.name().value()));
    }
    nics.stream()
        .map(nic -> nic.planned().attachment())
        .filter(attachment -> !defined.contains(attachment.network()))
        .filter(attachment -> defined.add(attachment.network()))
        .forEach(attachment -> all.add(of(attachment)));
    all.sort(Comparator.comparing(KnownNetwork::key));
    return all;
  }

  /** Those of that name, which is a key, a name or an alias; throws Refusal when none is. */
  static List<KnownNetwork> named(String name, List<KnownNetwork> all) {
    List<KnownNetwork> found =
        all.stream()
            .filter(one -> List.of(one.key(), one.name(), one.alias()).contains(name))
            .toList();
    if (found.isEmpty()) {
      List<String> known = all.stream().map(KnownNetwork::key).distinct().toList();
      List<String> nearest = Nearest.to(name, known);
      throw new Refusal(
          "no network \""
              + name
              + "\""
              + (nearest.isEmpty()
                  ? "; known are " + (known.isEmpty() ? "none" : String.join(", ", known))
                  : "; did you mean " + String.join(" or ", nearest) + "?"),
          "patchbay get networks");
    }
    return found;
  }

  /** As it is asked for. */
  String key() {
    return namespace.isEmpty() ? name : namespace + "/" + name;
  }

  /** The pools on this node that its NICs get their addresses from. */
  List<LeaseOp.Pool> pools() {
    List<LeaseOp.Pool> pools = new ArrayList<>();
    for (Attachment.Member member : attachment.map(Attachment::chain).orElse(List.of())) {
      if (member
          instanceof Attachment.Member.Native(_, Attachment.Ipam.HostLocal(var pool, _), _, _)) {
        pools.add(pool);
      }
    }
    return pools;
  }

  private static KnownNetwork of(NetworkCatalog.Entry entry, VpcProvider vpcs) {
    Optional<Attachment> attachment = Optional.empty();
    String trouble = entry.trouble();
    try {
      attachment = entry.conf().map(conf -> resolved(conf, vpcs));
    } catch (CniException e) {
      trouble = e.error().msg();
    }
    return new KnownNetwork(
        entry.namespace(),
        entry.name(),
        entry.alias(),
        entry.source(),
        entry.conf(),
        attachment,
        trouble);
  }

  private static KnownNetwork of(Attachment attachment) {
    return new KnownNetwork(
        "", attachment.network(), "", OF_RUNTIME, Optional.empty(), Optional.of(attachment), "");
  }

  private static Attachment resolved(NetworkConf conf, VpcProvider vpcs) {
    Origin origin = new Origin("cli", "patchbay get networks", conf.name().value());
    IfName any = new IfName("net1");
    return new Resolver(true, CniArgs.NONE, vpcs, _ -> {})
        .resolve(
            new Asked(NicRequest.of(conf.name().value(), Optional.of(any), origin), any, conf));
  }
}

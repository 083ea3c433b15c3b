package dev.patchbay.kube.dialect;

import dev.patchbay.cni.conf.ConfFolder;
import dev.patchbay.cni.conf.NetworkConf;
import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.NicRequest;
import dev.patchbay.core.nic.Origin;
import dev.patchbay.kube.PodFacts;
import dev.patchbay.kube.definition.Networks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Our own configuration: its networks are the pod's default ones, and what the pod's annotation
 * {@code k8s.v1.cni.cncf.io/networks} asks for is added to them, as Multus does.
 *
 * <p>The order is: delegates (or the named network), {@code defaultNetworks}, the annotation. The
 * first is the primary NIC and gets the name that the runtime asks for. The other delegates get
 * {@code eth<index>}, or a higher number where that is taken; all others {@code net<index>}, where
 * the index counts the whole list and the primary NIC is 0. A name that is wanted twice is an
 * error.
 */
public final class PatchbayDialect {
  /** The dialect's name in origins. */
  public static final String NAME = "patchbay";

  private static final String NPWG_PREFIX = "net";

  private final PatchbayConf conf;
  private final PodFacts pod;
  private final Networks networks;
  private final List<String> notes;

  private PatchbayDialect(PatchbayConf conf, PodFacts pod, Networks networks) {
    this.conf = conf;
    this.pod = pod;
    this.networks = networks;
    this.notes = new ArrayList<>(conf.notes());
  }

  /**
   * The NICs of a pod whose default networks are delegates; refusals name the place.
   *
   * @param primary the interface that the runtime asks for
   */
  static Requested delegates(
      PatchbayConf conf,
      PatchbayConf.Base.Delegates base,
      PodFacts pod,
      Networks networks,
      IfName primary) {
    List<NetworkConf> confs = base.networks();
    List<Selected> delegates =
        IntStream.range(0, confs.size()).mapToObj(i -> delegate(confs.get(i), i)).toList();
    return new PatchbayDialect(conf, pod, networks).read(delegates, primary);
  }

  /**
   * The NICs of a pod whose default network is named; refusals name the place.
   *
   * @param primary the interface that the runtime asks for
   */
  static Requested named(
      PatchbayConf conf,
      PatchbayConf.Base.Named base,
      PodFacts pod,
      Networks networks,
      IfName primary) {
    PatchbayDialect dialect = new PatchbayDialect(conf, pod, networks);
    NicRequest request = item(base.item(), "network");
    if (request.ifName().isPresent()) {
      throw CniException.of(
          CniError.INVALID_NETWORK_CONFIG,
          request.origin() + ": the runtime names this NIC; leave out what follows @");
    }
    return dialect.read(List.of(dialect.resolved(request)), primary);
  }

  /**
   * The NICs of a pod whose default network is the cluster's; refused with code 11 while that has
   * no configuration, for then its plugin is about to bring one.
   *
   * @param folder where that plugin puts it
   * @param primary the interface that the runtime asks for
   */
  static Requested cluster(
      PatchbayConf conf, Path folder, PodFacts pod, Networks networks, IfName primary) {
    ConfFolder confs = ConfFolder.read(folder);
    NetworkConf own =
        confs.networks().stream()
            .filter(network -> !Networks.isOurs(network))
            .min(Comparator.comparing(NetworkConf::origin))
            .orElseThrow(() -> noCluster(folder, confs));
    Origin origin = new Origin(NAME, "configuration cluster", own.origin());
    NicRequest request = NicRequest.of(own.name().value(), Optional.empty(), origin);
    return new PatchbayDialect(conf, pod, networks)
        .read(List.of(new Selected(request, own)), primary);
  }

  private static CniException noCluster(Path folder, ConfFolder confs) {
    List<String> problems = confs.problems().stream().map(CniError::msg).toList();
    return new CniException(
        new CniError(
            CniError.TRY_AGAIN_LATER,
            "the cluster's own network has no configuration in " + folder,
            problems.isEmpty()
                ? "install the cluster's CNI plugin"
                : "not read: " + String.join("; ", problems)));
  }

  private Requested read(List<Selected> base, IfName primary) {
    List<Selected> nics = new ArrayList<>(base);
    for (int i = 0; i < conf.defaultNetworks().size(); i++) {
      nics.add(resolved(item(conf.defaultNetworks().get(i), "defaultNetworks[" + i + "]")));
    }
    Optional<String> annotation = pod.filledAnnotation(NpwgDialect.NETWORKS);
    if (annotation.isPresent()) {
      NpwgDialect.Selection selection =
          NpwgDialect.read(annotation.get(), pod.namespaceOrDefault());
      notes.addAll(selection.notes());
      selection.requests().forEach(request -> nics.add(resolved(request)));
    }
    noteDisregarded();
    return new Requested(
        inOrder(nics, base.size(), primary), true, Requested.PATCHBAY_PREFIX, notes);
  }

  private List<Selected> inOrder(List<Selected> nics, int delegates, IfName primary) {
    NicNames names = new NicNames();
    names.take(primary, "the runtime (CNI_IFNAME)");
    List<Selected> rest = nics.subList(1, nics.size());
    for (Selected nic : rest) {
      nic.request().ifName().ifPresent(name -> names.take(name, place(nic)));
    }
    List<Selected> named = new ArrayList<>(List.of(nics.getFirst().named(primary)));
    for (Selected nic : rest) {
      int index = named.size();
      if (nic.request().ifName().isPresent()) {
        named.add(nic);
      } else if (index < delegates) {
        named.add(nic.named(names.takeFree(conf.ifNamePrefix(), index, place(nic))));
      } else {
        named.add(nic.named(names.take(new IfName(NPWG_PREFIX + index), place(nic))));
      }
    }
    return named;
  }

  private Selected resolved(NicRequest request) {
    String namespace = request.namespace().orElse(PodFacts.DEFAULT_NAMESPACE);
    return NpwgDialect.checked(request, networks.find(namespace, request.network()), notes);
  }

  private void noteDisregarded() {
    for (String key : List.of(GenieDialect.CNI, NpwgDialect.DEFAULT_NETWORK)) {
      if (pod.filledAnnotation(key).isPresent()) {
        notes.add(
            "annotation "
                + key
                + " has no effect: "
                + (key.equals(GenieDialect.CNI)
                    ? "the configuration has no key genie"
                    : "the configuration alone decides the default network"));
      }
    }
  }

  private static NicRequest item(String text, String key) {
    return NpwgDialect.item(text.strip(), PodFacts.DEFAULT_NAMESPACE, "configuration " + key);
  }

  private static Selected delegate(NetworkConf network, int index) {
    Origin origin =
        new Origin(NAME, "configuration delegates[" + index + "]", network.name().value());
    return new Selected(NicRequest.of(network.name().value(), Optional.empty(), origin), network);
  }

  private static String place(Selected nic) {
    return nic.request().origin().toString();
  }
}

package dev.patchbay.kube.dialect;

import dev.patchbay.cni.conf.NetworkConf;
import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.version.CniVersion;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.NicRequest;
import dev.patchbay.core.nic.Origin;
import dev.patchbay.kube.AnnotationSource;
import dev.patchbay.kube.PodFacts;
import dev.patchbay.kube.definition.Networks;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * CNI-Genie's rules of which networks a pod gets. The first one that fits decides:
 *
 * <ol>
 *   <li>annotation {@code k8s.v1.cni.cncf.io/networks}: the cluster's default network as eth0,
 *       which is the first readable file of the folder and not {@code default_plugin}, then each
 *       network of the annotation;
 *   <li>no annotation {@code cni}, or a blank one: {@code default_plugin}; without that the first
 *       readable file;
 *   <li>annotation {@code cni}: its comma list of plugins.
 * </ol>
 *
 * Genie has two more rules for a blank {@code cni}, which are not served: LogicalNetworks by
 * annotation {@code networks}, and a choice by traffic counters.
 *
 * <p>An item is {@code plugin} or {@code plugin@interface}; blanks around it do not matter, empty
 * items are ignored with a note, a plugin may come several times. NICs without a name get the
 * lowest free {@code eth<n>}, also those of rule 1. The interface that the runtime asks for is not
 * looked at, as in Genie; where it differs, a note says so.
 */
public final class GenieDialect {
  /** The dialect's name in origins. */
  public static final String NAME = "genie";

  /** The annotation of rule 3. */
  public static final String CNI = "cni";

  private static final String PREFIX = "eth";

  private final PodFacts pod;
  private final GenieFolder folder;
  private final Networks networks;
  private final List<String> notes = new ArrayList<>();

  private GenieDialect(PodFacts pod, GenieFolder folder, Networks networks) {
    this.pod = pod;
    this.folder = folder;
    this.networks = networks;
  }

  /**
   * The NICs of a pod, in order, the first being the primary one. Refusals are {@link
   * CniException}s that name annotation, item and remedy.
   *
   * @param conf Genie's own configuration
   * @param folder the plugins that may be named
   * @param networks the definitions that rule 1 may name
   * @param asked the interface that the runtime asks for
   */
  public static Requested read(
      GenieConf conf, PodFacts pod, GenieFolder folder, Networks networks, IfName asked) {
    return new GenieDialect(pod, folder, networks).read(conf, asked);
  }

  private Requested read(GenieConf conf, IfName asked) {
    if (pod.source() == AnnotationSource.NONE) {
      notes.add(
          "no source of pod annotations: "
              + conf.origin()
              + " decides. A runtime passes them to a configuration that has the capability "
              + PodFacts.ANNOTATIONS_CAPABILITY);
    }
    notes.addAll(folder.notes());
    List<Selected> nics =
        pod.filledAnnotation(NpwgDialect.NETWORKS)
            .map(this::rule1)
            .orElseGet(() -> named(choices(conf)));
    if (nics.stream().noneMatch(nic -> nic.request().ifName().equals(Optional.of(asked)))) {
      notes.add(
          "the runtime asks for interface "
              + asked
              + ", but Genie names them itself: "
              + nics.stream().flatMap(nic -> nic.request().ifName().stream()).toList());
    }
    return new Requested(nics, true, Requested.GENIE_PREFIX, notes);
  }

  private List<Selected> rule1(String annotation) {
    if (pod.filledAnnotation(CNI).isPresent()) {
      notes.add("annotation cni is not looked at: " + NpwgDialect.NETWORKS + " comes before it");
    }
    NpwgDialect.Selection selection = NpwgDialect.read(annotation, pod.namespaceOrDefault());
    notes.addAll(selection.notes());
    Selected first = clusterDefault("the default network of " + NpwgDialect.NETWORKS);
    List<Selected> nics = new ArrayList<>();
    nics.add(first.named(new IfName(PREFIX + 0)));
    for (NicRequest request : selection.requests()) {
      String namespace = request.namespace().orElse(pod.namespaceOrDefault());
      NetworkConf found = networks.find(namespace, request.network());
      nics.add(NpwgDialect.checked(request, found, notes));
    }
    return named(nics);
  }

  private List<Selected> choices(GenieConf conf) {
    List<Selected> chosen =
        new ArrayList<>(
            pod.filledAnnotation(CNI).map(text -> items(text, "annotation cni")).orElse(List.of()));
    if (chosen.isEmpty()) {
      chosen.addAll(
          conf.defaultPlugin()
              .map(text -> items(text, conf.origin() + " default_plugin"))
              .orElse(List.of()));
    }
    if (chosen.isEmpty()) {
      chosen.add(clusterDefault(conf.origin() + " without default_plugin"));
    }
    return chosen;
  }

  private List<Selected> items(String text, String where) {
    List<Selected> all = new ArrayList<>();
    String[] items = text.split(",", -1);
    for (int i = 0; i < items.length; i++) {
      String item = items[i].strip();
      if (item.isEmpty()) {
        notes.add(where + ": item " + (i + 1) + " of \"" + text + "\" is empty and ignored");
      } else {
        all.add(item(item, where + "[" + i + "]"));
      }
    }
    return all;
  }

  private Selected item(String item, String where) {
    int at = item.indexOf('@');
    String plugin = at < 0 ? item : item.substring(0, at).strip();
    if (plugin.isEmpty() || at != item.lastIndexOf('@')) {
      throw bad(where + " is \"" + item + "\"; write plugin or plugin@interface");
    }
    Optional<IfName> ifName =
        at < 0 ? Optional.empty() : Optional.of(ifName(item.substring(at + 1).strip(), where));
    return new Selected(
        NicRequest.of(plugin, ifName, new Origin(NAME, where, item)), conf(plugin, where));
  }

  private Selected clusterDefault(String where) {
    return folder
        .first()
        .map(found ->
            new Selected(
                NicRequest.of(
                    found.getKey(),
                    Optional.empty(),
                    new Origin(NAME, where, found.getValue().conf().origin())),
                served(found.getValue())))
        .orElseThrow(() ->
            bad(
                where
                    + ": no configuration in "
                    + folder.folder()
                    + " can be used; put one there, such as 10-calico.conf"
                    + (folder.notes().isEmpty()
                        ? ""
                        : " (" + String.join("; ", folder.notes()) + ")")));
  }

  private NetworkConf conf(String plugin, String where) {
    GenieFolder.Network network = folder.networks().get(plugin);
    if (network != null) {
      return served(network);
    }
    CniError unreadable = folder.unreadable().get(plugin);
    if (unreadable != null) {
      throw new CniException(
          new CniError(
              unreadable.code(),
              where + ": plugin \"" + plugin + "\" cannot be used: " + unreadable.msg(),
              unreadable.details()));
    }
    String known = String.join(", ", folder.known());
    throw bad(
        where
            + " names an unknown plugin \""
            + plugin
            + "\"; "
            + folder.folder()
            + " has: "
            + (known.isEmpty() ? "none" : known));
  }

  // Older results know no interfaces, so several of them cannot be told apart.
  private NetworkConf served(GenieFolder.Network network) {
    NetworkConf conf = network.conf();
    if (!conf.version().atLeast(CniVersion.V0_3_0)) {
      throw CniException.of(
          CniError.INCOMPATIBLE_VERSION,
          conf.origin()
              + ": cniVersion is "
              + conf.version()
              + "; several networks need at least 0.3.0. Set it, if the plugin speaks it");
    }
    if (network.versionMissing()) {
      notes.add(conf.origin() + " has no cniVersion; 0.3.0 is assumed, as CNI-Genie does");
    }
    return conf;
  }

  /** Names by the whole list: names that are asked for come before those that are given. */
  private static List<Selected> named(List<Selected> nics) {
    NicNames names = new NicNames();
    for (Selected nic : nics) {
      nic.request().ifName().ifPresent(name -> names.take(name, place(nic)));
    }
    return nics.stream()
        .map(nic ->
            nic.request().ifName().isPresent()
                ? nic
                : nic.named(names.takeFree(PREFIX, 0, place(nic))))
        .toList();
  }

  private static String place(Selected nic) {
    return nic.request().origin().toString();
  }

  private static IfName ifName(String text, String where) {
    try {
      return new IfName(text);
    } catch (IllegalArgumentException e) {
      throw new CniException(
          CniError.of(CniError.INVALID_NETWORK_CONFIG, where + ": " + e.getMessage()), e);
    }
  }

  private static CniException bad(String msg) {
    return CniException.of(CniError.INVALID_NETWORK_CONFIG, msg);
  }
}

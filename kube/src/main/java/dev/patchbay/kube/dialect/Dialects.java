package dev.patchbay.kube.dialect;

import dev.patchbay.cni.conf.ConfParser;
import dev.patchbay.cni.conf.NetworkConf;
import dev.patchbay.cni.conf.PluginConf;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.json.Fields;
import dev.patchbay.cni.json.Json;
import dev.patchbay.cni.skel.CniRequest;
import dev.patchbay.cni.skel.StdinConf;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.NicRequest;
import dev.patchbay.core.nic.Origin;
import dev.patchbay.kube.PodFacts;
import dev.patchbay.kube.definition.Networks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/**
 * What one configuration asks for, by its {@code type}: ours ({@code patchbay}), Genie's ({@code
 * genie}), Alktron's ({@code alktron}, which ours is too for a pod with a VPC), or any other, which
 * asks for the one NIC that it describes itself.
 *
 * <p>Folders are read only when a name has to be looked up. Refusals are {@link CniException}s.
 */
public final class Dialects {
  /** The dialect's name in origins: what the CNI itself says, without any annotation. */
  private static final String CNI = "cni";

  private Dialects() {}

  /** The NICs that an ADD asks for. */
  public static Requested read(CniRequest.Add add, Folders folders) {
    PodFacts pod = PodFacts.read(add.args(), add.conf().runtimeConfig());
    return read(add.conf(), add.attachment().ifName(), pod, folders);
  }

  /**
   * The NICs that a configuration asks for.
   *
   * @param conf of the runtime
   * @param ifName the interface that the runtime asks for: the primary NIC's name, except under
   *     Genie, which names all NICs itself
   * @param pod with its annotations; {@link PodFacts#UNKNOWN} for what every pod gets
   * @param folders where the configuration names none
   */
  public static Requested read(StdinConf conf, IfName ifName, PodFacts pod, Folders folders) {
    String type = conf.type().orElseThrow(() -> conf.fields().bad("type", "is missing; set it"));
    Requested requested =
        switch (type) {
          case AlktronDialect.NAME -> AlktronDialect.read(conf, ifName, pod);
          case PatchbayConf.TYPE ->
              AlktronDialect.isAsked(pod)
                  ? AlktronDialect.read(conf, ifName, pod)
                  : patchbay(conf, ifName, pod, folders);
          case GenieConf.TYPE -> {
            GenieConf genie = GenieConf.parse(conf.json(), "stdin");
            Networks networks = Networks.in(folders.networkDefinitions(), folders.confDir());
            yield GenieDialect.read(
                genie, pod, GenieFolder.read(folders.confDir()), networks, ifName);
          }
          default -> itself(conf, ifName);
        };
    return withRuntimeConfig(requested, conf.runtimeConfig());
  }

  /**
   * One more network for a pod that is running already; its interface name stays open when the item
   * has none.
   *
   * @param item {@code [namespace/]name[@interface]}
   * @param namespace of an item that names none
   * @param where who asks, for errors and {@code patchbay why}
   */
  public static Selected plug(String item, String namespace, String where, Folders folders) {
    NicRequest request = NpwgDialect.item(item.strip(), namespace, where);
    String found = request.namespace().orElse(namespace);
    Networks networks = Networks.in(folders.networkDefinitions(), folders.confDir());
    return new Selected(request, networks.find(found, request.network()));
  }

  private static Requested patchbay(StdinConf stdin, IfName ifName, PodFacts pod, Folders folders) {
    PatchbayConf conf = PatchbayConf.parse(stdin.fields());
    Optional<Path> definitions = conf.networkDefinitions().or(folders::networkDefinitions);
    Path confDir = conf.confDir().orElse(folders.confDir());
    Networks networks = Networks.in(definitions, confDir);
    return switch (conf.base()) {
      case PatchbayConf.Base.Delegates base ->
          PatchbayDialect.delegates(conf, base, pod, networks, ifName);
      case PatchbayConf.Base.Named base -> PatchbayDialect.named(conf, base, pod, networks, ifName);
      case PatchbayConf.Base.Cluster(Path folder) ->
          PatchbayDialect.cluster(conf, folder, pod, networks, ifName);
      case PatchbayConf.Base.Genie(Path file) -> {
        Path folder =
            conf.confDir().or(() -> Optional.ofNullable(file.getParent())).orElse(confDir);
        Requested requested =
            GenieDialect.read(
                GenieConf.read(file),
                pod,
                GenieFolder.read(folder),
                Networks.in(definitions, folder),
                ifName);
        yield withNotes(requested, conf);
      }
    };
  }

  private static Requested withNotes(Requested requested, PatchbayConf conf) {
    List<String> notes = new ArrayList<>(conf.notes());
    if (!conf.defaultNetworks().isEmpty()) {
      notes.add("defaultNetworks has no effect beside genie; use default_plugin of its conf");
    }
    notes.addAll(requested.notes());
    return new Requested(requested.nics(), requested.primaryFirst(), requested.logPrefix(), notes);
  }

  // The capabilities may have been left out on the way here, but what the runtime sends is what
  // the plugin has declared.
  private static Requested itself(StdinConf conf, IfName ifName) {
    ObjectNode json = conf.json();
    json.remove(List.of("runtimeConfig", "prevResult"));
    NetworkConf parsed = ConfParser.parse(json, "stdin");
    NetworkConf network =
        new NetworkConf(
            parsed.name(),
            conf.version(),
            parsed.disableCheck(),
            parsed.disableGc(),
            true,
            parsed.plugins().stream()
                .map(plugin ->
                    new PluginConf(
                        plugin.type(),
                        conf.runtimeConfig().node().propertyNames().stream()
                            .collect(Collectors.toSet()),
                        plugin.json()))
                .toList(),
            parsed.origin());
    Origin origin = new Origin(CNI, "configuration of the runtime", conf.name().value());
    NicRequest request = NicRequest.of(conf.name().value(), Optional.of(ifName), origin);
    return new Requested(
        List.of(new Selected(request, network)), false, Requested.PATCHBAY_PREFIX, List.of());
  }

  /** What the runtime says by capability is meant for the default network only (NPWG 1.3, 7.5). */
  private static Requested withRuntimeConfig(Requested requested, Fields runtimeConfig) {
    List<Selected> nics = new ArrayList<>(requested.nics());
    Selected first = nics.getFirst();
    NicRequest request = first.request();
    var declared = first.definition().capabilities();
    Map<String, String> capabilities = new TreeMap<>(request.capabilities());
    for (String key : runtimeConfig.node().propertyNames()) {
      if (declared.contains(key) && !key.equals("ips") && !key.equals("mac")) {
        runtimeConfig.any(key).ifPresent(value -> capabilities.put(key, Json.text(value)));
      }
    }
    nics.set(
        0,
        new Selected(
            new NicRequest(
                request.network(),
                request.namespace(),
                request.ifName(),
                declared.contains("ips") ? runtimeConfig.texts("ips") : request.ips(),
                declared.contains("mac")
                    ? runtimeConfig.parsed("mac", MacAddress::new)
                    : request.mac(),
                request.defaultRoute(),
                capabilities,
                request.cniArgs(),
                request.origin()),
            first.definition()));
    return new Requested(nics, requested.primaryFirst(), requested.logPrefix(), requested.notes());
  }
}

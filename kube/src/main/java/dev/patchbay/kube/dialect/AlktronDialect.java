package dev.patchbay.kube.dialect;

import dev.patchbay.cni.conf.ConfParser;
import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.json.Fields;
import dev.patchbay.cni.json.Json;
import dev.patchbay.cni.skel.StdinConf;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.NicRequest;
import dev.patchbay.core.nic.Origin;
import dev.patchbay.kube.PodFacts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/**
 * NICs of a VPC: {@code VPC}, {@code NICs} and {@code Tenant}, in the pod's annotations or in
 * {@code CNI_ARGS}, which count before them. The list's first NIC is the primary one; a NIC without
 * a name is {@code eth<index>}; without a list there is one NIC. What Alkaid has as {@code
 * spec.vpc} and {@code spec.nics} the node writes into the same annotations.
 *
 * <p>Each NIC becomes a network of plugin type {@code alktron}, whose configuration says what the
 * provider is to be asked for.
 */
public final class AlktronDialect {
  /** The dialect's name in origins, and the plugin type of its networks. */
  public static final String NAME = "alktron";

  /** The annotation and argument that names the VPC. */
  public static final String VPC = "VPC";

  /** The annotation and argument that lists the NICs as JSON. */
  public static final String NICS = "NICs";

  /** The annotation and argument that names the namespace of the VPC's objects. */
  public static final String TENANT = "Tenant";

  private static final String DEFAULT_PREFIX = "eth";

  /** Default routes of secondary NICs that name a gateway only: behind the primary one's. */
  private static final int SECONDARY_METRIC = 100;

  // a Kubernetes object's name (RFC 1123 subdomain)
  private static final Pattern OBJECT = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");

  private final PodFacts pod;
  private final StdinConf conf;
  private final Map<String, String> said;
  private final String place;
  private final List<String> notes = new ArrayList<>();

  private AlktronDialect(StdinConf conf, PodFacts pod) {
    this.pod = pod;
    this.conf = conf;
    Map<String, String> args = new HashMap<>();
    for (String key : List.of(VPC, NICS, TENANT)) {
      pod.args().value(key).ifPresent(value -> args.put(key, value));
    }
    boolean byArgs = args.containsKey(VPC) || args.containsKey(NICS);
    this.said = byArgs ? args : pod.annotations();
    this.place = byArgs ? "CNI_ARGS " : "annotation ";
  }

  /** Whether the pod asks for NICs of a VPC. */
  static boolean isAsked(PodFacts pod) {
    return List.of(VPC, NICS).stream()
        .anyMatch(key -> pod.annotations().containsKey(key) || pod.args().value(key).isPresent());
  }

  /**
   * The NICs that the pod asks for; with nothing said, the one NIC that the configuration itself
   * describes by its key {@code vpc}. Refusals name the place.
   *
   * @param ifName the interface that the runtime asks for, which only a NIC gets that comes without
   *     any list
   */
  static Requested read(StdinConf conf, IfName ifName, PodFacts pod) {
    return new AlktronDialect(conf, pod).read(ifName);
  }

  /**
   * One more NIC for a pod that runs already; it gets no default route unless it names a gateway or
   * a metric.
   *
   * @param vpc the VPC's name
   * @param namespace of the VPC's objects
   * @param nic as an element of the list, with a name
   * @param where who asks, for errors and {@code patchbay why}
   */
  public static Selected plug(String vpc, String namespace, ObjectNode nic, String where) {
    Fields fields = Fields.of(nic, where, CniError.INVALID_NETWORK_CONFIG);
    VpcNic read = VpcNic.read(fields, _ -> {});
    IfName name =
        read.name().orElseThrow(() -> fields.bad("name", "is missing; hotplug needs a name"));
    ObjectNode network = network(object(VPC, vpc, where), namespace, read);
    route(network, read, metric(read, 1));
    return selected(network, name, new Origin(NAME, where, Json.text(nic)));
  }

  private Requested read(IfName ifName) {
    if (!isAsked(pod) && conf.fields().filled("vpc").isPresent()) {
      return ofConf(ifName);
    }
    String vpc =
        filled(VPC)
            .orElseThrow(
                () -> refuse(place + VPC + " is missing or blank; name the VPC of the pod's NICs"));
    object(VPC, vpc, place + VPC);
    String namespace = filled(TENANT).orElseGet(pod::namespaceOrDefault);
    object(TENANT, namespace, place + TENANT);
    noteDisregarded();
    if (!said.containsKey(NICS)) {
      var only =
          new VpcNic(
              Optional.of(ifName),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              OptionalInt.empty());
      ObjectNode network = network(vpc, namespace, only);
      route(network, only, OptionalInt.of(0));
      var origin = new Origin(NAME, place + VPC, vpc);
      return requested(List.of(selected(network, ifName, origin)));
    }
    return requested(listed(vpc, namespace));
  }

  private List<Selected> listed(String vpc, String namespace) {
    String where = place + NICS;
    List<Fields> elements = JsonList.objects(said.getOrDefault(NICS, ""), where, "");
    if (elements.isEmpty()) {
      throw refuse(where + " is an empty list; name at least one NIC, or leave it out");
    }
    List<VpcNic> nics = elements.stream().map(it -> VpcNic.read(it, notes::add)).toList();
    List<IfName> names = names(nics, where);
    refuseTwice(nics, where);
    List<Selected> all = new ArrayList<>();
    for (int i = 0; i < nics.size(); i++) {
      VpcNic nic = nics.get(i);
      nic.requireSense(where + "[" + i + "]");
      ObjectNode network = network(vpc, namespace, nic);
      route(network, nic, metric(nic, i));
      String text = Json.text(elements.get(i).node());
      all.add(selected(network, names.get(i), new Origin(NAME, where + "[" + i + "]", text)));
    }
    return all;
  }

  private static List<IfName> names(List<VpcNic> nics, String where) {
    NicNames names = new NicNames();
    for (int i = 0; i < nics.size(); i++) {
      int index = i;
      nics.get(i).name().ifPresent(name -> names.take(name, where + "[" + index + "]"));
    }
    List<IfName> all = new ArrayList<>();
    for (int i = 0; i < nics.size(); i++) {
      int index = i;
      all.add(
          nics.get(i)
              .name()
              .orElseGet(
                  () -> names.take(new IfName(DEFAULT_PREFIX + index), where + "[" + index + "]")));
    }
    return all;
  }

  /** A port belongs to one NIC, and the lowest metric to one default route. */
  private static void refuseTwice(List<VpcNic> nics, String where) {
    Map<String, Integer> ports = new HashMap<>();
    Map<Integer, Integer> metrics = new HashMap<>();
    for (int i = 0; i < nics.size(); i++) {
      Optional<String> port = nics.get(i).port();
      Integer before = port.isPresent() ? ports.putIfAbsent(port.get(), i) : null;
      if (before != null) {
        throw refuse(
            "%s[%d] and %s[%d] both ask for port \"%s\"; give each its own"
                .formatted(where, before, where, i, port.orElseThrow()));
      }
      OptionalInt metric = metric(nics.get(i), i);
      Integer same = metric.isPresent() ? metrics.putIfAbsent(metric.getAsInt(), i) : null;
      if (same != null) {
        throw refuse(
            "%s[%d] and %s[%d] both ask for a default route of metric %d; give each its own"
                .formatted(where, same, where, i, metric.getAsInt()));
      }
    }
  }

  /** The metric of its default route; empty when it shall have none. */
  private static OptionalInt metric(VpcNic nic, int index) {
    if (nic.refusesGateway()) {
      return OptionalInt.empty();
    }
    if (nic.metric().isPresent()) {
      return nic.metric();
    }
    if (index == 0) {
      return OptionalInt.of(0);
    }
    return nic.hasGateway() ? OptionalInt.of(SECONDARY_METRIC + index) : OptionalInt.empty();
  }

  private Requested ofConf(IfName ifName) {
    String text = Json.text(conf.json());
    ObjectNode network = conf.json().deepCopy();
    network.remove(List.of("runtimeConfig", "prevResult"));
    if (!network.has("namespace")) {
      network.put("namespace", pod.namespaceOrDefault());
    }
    if (!network.has("defaultRoute")) {
      network.putObject("defaultRoute");
    }
    var origin = new Origin(NAME, "configuration of the runtime", text);
    return requested(List.of(selected(network, ifName, origin)));
  }

  private Requested requested(List<Selected> nics) {
    return new Requested(nics, true, Requested.PATCHBAY_PREFIX, notes);
  }

  private static ObjectNode network(String vpc, String namespace, VpcNic nic) {
    ObjectNode network =
        Json.newObject()
            .put("cniVersion", "1.0.0")
            .put("name", vpc)
            .put("type", NAME)
            .put("vpc", vpc)
            .put("namespace", namespace);
    nic.port().ifPresent(port -> network.put("port", port));
    nic.subnet().ifPresent(subnet -> network.put("subnet", subnet));
    nic.ip().ifPresent(ip -> network.put("ip", ip));
    return network;
  }

  private static void route(ObjectNode network, VpcNic nic, OptionalInt metric) {
    if (metric.isPresent()) {
      ObjectNode route = network.putObject("defaultRoute");
      nic.gateway().ifPresent(gateway -> route.put("gateway", gateway));
      if (metric.getAsInt() > 0) {
        route.put("metric", metric.getAsInt());
      }
    }
  }

  private static Selected selected(ObjectNode network, IfName name, Origin origin) {
    var parsed = ConfParser.parse(network, origin.where());
    String vpc = network.path("vpc").asString("");
    NicRequest request = NicRequest.of(vpc, Optional.of(name), origin);
    return new Selected(request, parsed);
  }

  private void noteDisregarded() {
    for (String key : List.of(GenieDialect.CNI, NpwgDialect.NETWORKS)) {
      if (pod.filledAnnotation(key).isPresent()) {
        notes.add("annotation " + key + " has no effect beside " + VPC);
      }
    }
  }

  private Optional<String> filled(String key) {
    return Optional.ofNullable(said.get(key)).map(String::strip).filter(it -> !it.isEmpty());
  }

  private static String object(String key, String name, String where) {
    if (!OBJECT.matcher(name).matches()) {
      throw refuse(
          where
              + " is \""
              + name
              + "\", which names no "
              + (key.equals(VPC) ? "VPC" : "namespace")
              + "; write small letters, digits, dashes and dots");
    }
    return name;
  }

  private static CniException refuse(String message) {
    return CniException.of(CniError.INVALID_NETWORK_CONFIG, message);
  }
}

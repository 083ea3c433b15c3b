package dev.patchbay.kube.dialect;

import dev.patchbay.cni.conf.NetworkConf;
import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.json.Fields;
import dev.patchbay.cni.json.Json;
import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.NicRequest;
import dev.patchbay.core.nic.Origin;
import dev.patchbay.kube.definition.NetworkAttachmentDefinition;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * The network selection annotation (Kubernetes Network Custom Resource Definition De-facto Standard
 * 1.3, section 4.1), which Multus made common: a comma list of {@code [namespace/]name[@interface]}
 * or, when the value has a {@code [}, <code>{</code> or {@code "}, a JSON list.
 *
 * <p>It is read as strictly as the standard has it: one wrong element makes all of it wrong. Keys
 * with a dot are other people's and are ignored; of Multus' own keys {@code interfaceRequest}
 * counts when {@code interface} is absent, and {@code deviceID} is passed on as a capability.
 */
public final class NpwgDialect {
  /** The dialect's name in origins. */
  public static final String NAME = "npwg";

  /** The annotation. */
  public static final String NETWORKS = "k8s.v1.cni.cncf.io/networks";

  /** Multus' annotation that replaces the default network; not served. */
  static final String DEFAULT_NETWORK = "v1.multus-cni.io/default-network";

  /** The capability, and the element's key, of a device that somebody has chosen already. */
  private static final String DEVICE_ID = "deviceID";

  private static final String WHERE = "annotation " + NETWORKS;
  private static final int MAX_LENGTH = 1 << 20;
  private static final Pattern JSON_MARK = Pattern.compile("[\\[{\"]");
  private static final Pattern GUID = Pattern.compile("[0-9a-f]{2}(:[0-9a-f]{2}){7}");
  private static final Pattern DOTTED = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
  private static final Set<String> PROTOCOLS = new TreeSet<>(Set.of("tcp", "udp", "sctp"));
  private static final Set<String> KEYS =
      new TreeSet<>(
          Set.of(
              "name",
              "namespace",
              "ips",
              "mac",
              "interface",
              "cni-args",
              "portMappings",
              "bandwidth",
              "default-route",
              "infiniband-guid",
              "ipam-claim-reference",
              DEVICE_ID,
              "interfaceRequest"));

  private NpwgDialect() {}

  /**
   * What an annotation asks for.
   *
   * @param requests in order, with a namespace each, and a name where one is asked for
   * @param notes what the user should know though it is no error
   */
  public record Selection(List<NicRequest> requests, List<String> notes) {
    /** Copies the lists. */
    public Selection {
      requests = List.copyOf(requests);
      notes = List.copyOf(notes);
    }
  }

  /**
   * Reads the annotation's value. Refuses with code 7, or 6 where it is no JSON, naming the
   * element's index and place.
   *
   * @param podNamespace of networks that name none
   */
  public static Selection read(String value, String podNamespace) {
    if (value.length() > MAX_LENGTH) {
      throw bad(WHERE + " has " + value.length() + " characters; at most " + MAX_LENGTH);
    }
    if (value.isBlank()) {
      return new Selection(List.of(), List.of());
    }
    List<String> notes = new ArrayList<>();
    List<NicRequest> requests =
        JSON_MARK.matcher(value).find()
            ? elements(value, podNamespace, notes)
            : items(value, podNamespace);
    refuseTwins(requests);
    return new Selection(requests, notes);
  }

  /**
   * Reads one item of the short form, {@code [namespace/]name[@interface]}.
   *
   * @param where the place, for errors
   */
  static NicRequest item(String text, String podNamespace, String where) {
    int at = text.indexOf('@');
    String network = at < 0 ? text : text.substring(0, at);
    int slash = network.indexOf('/');
    Origin origin = new Origin(NAME, where, text);
    try {
      Optional<IfName> ifName =
          at < 0 ? Optional.empty() : Optional.of(new IfName(text.substring(at + 1)));
      String namespace = slash < 0 ? podNamespace : network.substring(0, slash);
      return new NicRequest(
          NetworkAttachmentDefinition.checkName(network.substring(slash + 1)),
          Optional.of(
              slash < 0 ? namespace : NetworkAttachmentDefinition.checkNamespace(namespace)),
          ifName,
          List.of(),
          Optional.empty(),
          Optional.empty(),
          Map.of(),
          Optional.empty(),
          origin);
    } catch (IllegalArgumentException e) {
      throw new CniException(
          CniError.of(
              CniError.INVALID_NETWORK_CONFIG,
              origin + ": " + e.getMessage() + "; an item is [namespace/]name[@interface]"),
          e);
    }
  }

  /**
   * Joins a request with its network. Refuses with code 7 a network none of whose plugins has a
   * capability that is asked for (standard, section 4.1.2.1); only a device ID is dropped with a
   * note then.
   */
  static Selected checked(NicRequest request, NetworkConf network, List<String> notes) {
    Map<String, String> wanted = new TreeMap<>(request.capabilities());
    if (!request.ips().isEmpty()) {
      wanted.put("ips", "");
    }
    request.mac().ifPresent(_ -> wanted.put("mac", ""));
    wanted.keySet().removeAll(network.capabilities());
    if (wanted.remove(DEVICE_ID) != null) {
      notes.add(
          request.origin().where() + ": no plugin of " + network.origin() + " takes deviceID");
    }
    if (!wanted.isEmpty()) {
      throw bad(
          request.origin().where()
              + " asks for "
              + String.join(", ", wanted.keySet())
              + ", but no plugin of network \""
              + network.name()
              + "\" ("
              + network.origin()
              + ") has that capability; add it to a plugin's capabilities, or do not ask");
    }
    return new Selected(request, network);
  }

  private static List<NicRequest> items(String value, String podNamespace) {
    if (value.strip().equals("null")) {
      throw bad(WHERE + " is null; leave it out, or name networks");
    }
    List<NicRequest> all = new ArrayList<>();
    int column = 1;
    for (String item : value.split(",", -1)) {
      String where = WHERE + "[" + all.size() + "] (column " + column + ")";
      if (item.isBlank()) {
        throw bad(where + " is empty; remove the comma, or name a network");
      }
      all.add(item(item.strip(), podNamespace, where));
      column += item.length() + 1;
    }
    return all;
  }

  private static List<NicRequest> elements(String value, String podNamespace, List<String> notes) {
    List<NicRequest> all = new ArrayList<>();
    for (Fields fields : JsonList.objects(value, WHERE)) {
      all.add(element(fields, podNamespace, notes));
    }
    List<String> withRoute =
        all.stream()
            .filter(request -> request.defaultRoute().isPresent())
            .map(request -> request.origin().where())
            .toList();
    if (withRoute.size() > 1) {
      throw bad(
          "default-route is set by "
              + String.join(" and by ", withRoute)
              + "; only one network can have it");
    }
    return all;
  }

  private static NicRequest element(Fields fields, String podNamespace, List<String> notes) {
    refuseUnknown(fields, KEYS);
    fields.required("name");
    Origin origin = new Origin(NAME, fields.origin(), Json.text(fields.node()));
    String namespace =
        fields
            .parsed("namespace", NetworkAttachmentDefinition::checkNamespace)
            .orElse(podNamespace);
    List<String> ips = fields.texts("ips");
    if (fields.any("ips").isPresent() && ips.isEmpty()) {
      throw fields.bad("ips", "is empty; name an address, or leave it out");
    }
    for (int i = 0; i < ips.size(); i++) {
      checkIp(fields, "ips[" + i + "]", ips.get(i));
    }
    if (fields.filled("ipam-claim-reference").isPresent()) {
      if (!ips.isEmpty()) {
        throw fields.bad("ipam-claim-reference", "and ips exclude each other; keep one");
      }
      notes.add(fields.origin() + ": ipam-claim-reference is left to the network's own IPAM");
    }
    return new NicRequest(
        fields.parsed("name", NetworkAttachmentDefinition::checkName).orElseThrow(),
        Optional.of(namespace),
        fields.parsed("interface", IfName::new).or(() -> ifRequest(fields)),
        ips,
        fields.parsed("mac", NpwgDialect::mac),
        defaultRoute(fields),
        capabilities(fields),
        fields.object("cni-args").map(args -> Json.text(args.node())),
        origin);
  }

  private static Optional<IfName> ifRequest(Fields fields) {
    return fields.parsed("interfaceRequest", IfName::new);
  }

  private static void refuseUnknown(Fields fields, Set<String> known) {
    for (String key : fields.node().propertyNames()) {
      // Names with a dot are in reverse DNS notation: anybody may add them.
      if (!known.contains(key) && !key.contains(".")) {
        throw fields.bad(
            "\"" + key + "\"", "is not a known key; known are " + String.join(", ", known));
      }
    }
  }

  private static Map<String, String> capabilities(Fields fields) {
    Map<String, String> all = new TreeMap<>();
    ArrayNode ports = Json.newObject().arrayNode();
    fields.objects("portMappings").forEach(mapping -> ports.add(port(mapping)));
    if (!ports.isEmpty()) {
      all.put("portMappings", Json.text(ports));
    }
    fields
        .object("bandwidth")
        .ifPresent(limits -> all.put("bandwidth", Json.text(bandwidth(limits))));
    fields
        .parsed("infiniband-guid", NpwgDialect::guid)
        .ifPresent(guid -> all.put("infinibandGUID", Json.text(StringNode.valueOf(guid))));
    fields
        .filled(DEVICE_ID)
        .ifPresent(device -> all.put(DEVICE_ID, Json.text(StringNode.valueOf(device))));
    return all;
  }

  private static ObjectNode port(Fields mapping) {
    refuseUnknown(mapping, Set.of("hostPort", "containerPort", "protocol", "hostIP"));
    ObjectNode port = Json.newObject();
    for (String key : List.of("hostPort", "containerPort")) {
      port.put(
          key,
          mapping
              .whole(key, 1, 65535)
              .orElseThrow(() -> mapping.bad(key, "is missing; write a port from 1 to 65535")));
    }
    String protocol = mapping.filled("protocol").orElse("tcp").toLowerCase(Locale.ROOT);
    if (!PROTOCOLS.contains(protocol)) {
      throw mapping.bad(
          "protocol", "is \"" + protocol + "\"; write one of " + String.join(", ", PROTOCOLS));
    }
    port.put("protocol", protocol);
    mapping
        .filled("hostIP")
        .ifPresent(ip -> port.put("hostIP", checkBareIp(mapping, "hostIP", ip)));
    return port;
  }

  private static ObjectNode bandwidth(Fields limits) {
    Set<String> keys =
        new TreeSet<>(Set.of("ingressRate", "ingressBurst", "egressRate", "egressBurst"));
    refuseUnknown(limits, keys);
    ObjectNode all = Json.newObject();
    for (String key : keys) {
      limits.whole(key, 1, Long.MAX_VALUE).ifPresent(bits -> all.put(key, bits));
    }
    for (String direction : List.of("ingress", "egress")) {
      if (all.has(direction + "Burst") && !all.has(direction + "Rate")) {
        throw limits.bad(direction + "Burst", "needs " + direction + "Rate; add it");
      }
    }
    if (all.isEmpty()) {
      throw limits.bad("ingressRate", "and egressRate are missing; write one in bits per second");
    }
    return all;
  }

  private static Optional<List<InetAddress>> defaultRoute(Fields fields) {
    if (fields.any("default-route").isEmpty()) {
      return Optional.empty();
    }
    List<InetAddress> gateways = new ArrayList<>();
    for (String text : fields.texts("default-route")) {
      gateways.add(Cidr.ip(checkBareIp(fields, "default-route", text)));
    }
    long v4 = gateways.stream().filter(Inet4Address.class::isInstance).count();
    if (v4 > 1 || gateways.size() - v4 > 1) {
      throw fields.bad("default-route", "has several gateways of a family; keep one of each");
    }
    return Optional.of(gateways);
  }

  /** Returns the text; the JDK alone would take 10 for 0.0.0.10 and look for interfaces after %. */
  private static String checkIp(Fields fields, String key, String text) {
    String address = text.contains("/") ? text.substring(0, text.indexOf('/')) : text;
    boolean plain = address.contains(":") ? !address.contains("%") : isDotted(address);
    try {
      if (plain && text.contains("/")) {
        Cidr.parse(text);
        return text;
      }
      if (plain) {
        Cidr.ip(text);
        return text;
      }
    } catch (IllegalArgumentException e) {
      throw new CniException(fields.bad(key, ": " + e.getMessage()).error(), e);
    }
    throw fields.bad(
        key, "is \"" + text + "\"; write an IP address such as 10.1.2.3 or 10.1.2.3/24");
  }

  private static String checkBareIp(Fields fields, String key, String text) {
    if (text.contains("/")) {
      throw fields.bad(key, "is \"" + text + "\"; write an address without prefix");
    }
    return checkIp(fields, key, text);
  }

  private static boolean isDotted(String address) {
    return DOTTED.matcher(address).matches();
  }

  private static MacAddress mac(String text) {
    MacAddress mac = new MacAddress(text);
    if (!mac.isUnicast()) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is a group address or all zero; a NIC needs its own");
    }
    return mac;
  }

  private static String guid(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (!GUID.matcher(lower).matches()) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is no GUID; write eight hexadecimal pairs joined by colons");
    }
    return lower;
  }

  private static void refuseTwins(List<NicRequest> requests) {
    NicNames names = new NicNames();
    for (NicRequest request : requests) {
      request.ifName().ifPresent(name -> names.take(name, request.origin().toString()));
    }
  }

  private static CniException bad(String msg) {
    return CniException.of(CniError.INVALID_NETWORK_CONFIG, msg);
  }
}

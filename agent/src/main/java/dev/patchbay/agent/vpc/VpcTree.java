package dev.patchbay.agent.vpc;

import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.json.Fields;
import dev.patchbay.cni.json.Json;
import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.Dns;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.IpText;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.PortOp;
import dev.patchbay.kube.client.KubeResource;
import dev.patchbay.vpc.Grant;
import dev.patchbay.vpc.Holder;
import dev.patchbay.vpc.InvalidObjectException;
import dev.patchbay.vpc.Key;
import dev.patchbay.vpc.Port;
import dev.patchbay.vpc.Subnet;
import dev.patchbay.vpc.Vpc;
import dev.patchbay.vpc.VpcObject;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** VPCs, subnets and ports as trees of the API: {@code patchbay.dev/v1alpha1}. */
final class VpcTree {
  static final KubeResource VPCS = resource("vpcs", "Vpc");
  static final KubeResource SUBNETS = resource("subnets", "Subnet");
  static final KubeResource PORTS = resource("ports", "Port");
  private static final String NO_GATEWAY = "none";

  private VpcTree() {}

  private static KubeResource resource(String plural, String kind) {
    return new KubeResource("patchbay.dev", "v1alpha1", plural, kind, true);
  }

  static KubeResource resource(Class<? extends VpcObject> kind) {
    if (kind == Vpc.class) {
      return VPCS;
    }
    return kind == Subnet.class ? SUBNETS : PORTS;
  }

  /** Reads an object; throws {@link InvalidObjectException} naming the field. */
  static <T extends VpcObject> T read(Class<T> kind, ObjectNode tree) {
    JsonNode metadata = tree.path("metadata");
    Key key =
        new Key(metadata.path("namespace").asString("default"), metadata.path("name").asString(""));
    String origin = resource(kind).kind() + " " + key;
    try {
      Fields fields = Fields.of(tree, origin, CniError.INVALID_NETWORK_CONFIG);
      Fields spec = fields.object("spec").orElseGet(() -> none(origin));
      Fields status = fields.object("status").orElseGet(() -> none(origin));
      VpcObject read =
          kind == Vpc.class
              ? vpc(key, spec)
              : kind == Subnet.class ? subnet(key, spec, status) : port(key, spec, status);
      return kind.cast(read);
    } catch (CniException e) {
      throw new InvalidObjectException(
          new AttachFailure.InvalidField(
              resource(kind).kind(), key.toString(), e.error().msg(), "correct the object"));
    }
  }

  private static Fields none(String origin) {
    return Fields.of(Json.newObject(), origin, CniError.INVALID_NETWORK_CONFIG);
  }

  private static Vpc vpc(Key key, Fields spec) {
    List<Cidr> cidrs = spec.texts("cidrs").stream().map(text -> cidr(spec, "cidrs", text)).toList();
    return new Vpc(key, cidrs, spec.filled("defaultSubnet"));
  }

  private static Cidr cidr(Fields spec, String key, String text) {
    try {
      return Cidr.parse(text);
    } catch (IllegalArgumentException e) {
      throw spec.bad(key, e.getMessage() + "; write such as 10.1.0.0/16");
    }
  }

  private static Subnet subnet(Key key, Fields spec, Fields status) {
    Cidr cidr = cidr(spec, "cidr", spec.required("cidr")).network();
    Optional<String> gateway = spec.filled("gateway");
    Map<String, Grant> grants = new LinkedHashMap<>();
    status
        .object("ports")
        .ifPresent(ports ->
            ports
                .node()
                .propertyNames()
                .forEach(name ->
                    ports
                        .object(name)
                        .flatMap(VpcTree::grant)
                        .ifPresent(it -> grants.put(name, it))));
    return new Subnet(
        key,
        spec.required("vpc"),
        cidr,
        gateway.equals(Optional.of(NO_GATEWAY))
            ? Optional.empty()
            : Optional.of(
                gateway.map(text -> ip(spec, "gateway", text)).orElseGet(() -> first(cidr))),
        spec.flag("nat"),
        spec.object("dns").map(VpcTree::dns).orElse(Dns.NONE),
        number(spec.whole("mtu", 68, 65535)),
        !spec.mentions("antiSpoof") || spec.flag("antiSpoof"),
        grants);
  }

  private static InetAddress first(Cidr cidr) {
    byte[] bytes = cidr.address().getAddress();
    bytes[bytes.length - 1] |= 1;
    return Cidr.ip(IpText.of(address(bytes)));
  }

  private static InetAddress address(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 or 16 bytes are always an address", e);
    }
  }

  private static InetAddress ip(Fields spec, String key, String text) {
    try {
      return Cidr.ip(text);
    } catch (IllegalArgumentException e) {
      throw spec.bad(key, String.valueOf(e.getMessage()));
    }
  }

  private static Dns dns(Fields dns) {
    return new Dns(
        dns.texts("nameservers"), dns.filled("domain"), dns.texts("search"), dns.texts("options"));
  }

  private static Port port(Key key, Fields spec, Fields status) {
    return new Port(
        key,
        spec.required("subnet"),
        spec.parsed("mac", MacAddress::new),
        addresses(spec),
        spec.filled("node"),
        spec.mentions("antiSpoof") ? Optional.of(spec.flag("antiSpoof")) : Optional.empty(),
        spec.object("madeFor").map(VpcTree::holder),
        grant(status));
  }

  private static List<InetAddress> addresses(Fields of) {
    return of.texts("addresses").stream().map(text -> ip(of, "addresses", text)).toList();
  }

  private static Optional<Grant> grant(Fields fields) {
    return fields
        .parsed("mac", MacAddress::new)
        .map(
            mac -> new Grant(mac, addresses(fields), fields.object("holder").map(VpcTree::holder)));
  }

  private static Holder holder(Fields fields) {
    return new Holder(
        new PortOp.Holder(
            fields.required("owner"),
            fields.parsed("nic", IfName::new).orElseThrow(() -> fields.bad("nic", "is missing")),
            fields.filled("incarnation").orElse(""),
            fields.filled("pod").orElse(""),
            fields.flag("comesBack")),
        fields.filled("node").orElse(""));
  }

  private static OptionalInt number(OptionalLong number) {
    return number.isPresent() ? OptionalInt.of((int) number.getAsLong()) : OptionalInt.empty();
  }

  /** The object's identity and spec. */
  static ObjectNode spec(VpcObject object) {
    KubeResource resource = resource(object.getClass());
    ObjectNode tree =
        Json.newObject().put("apiVersion", resource.apiVersion()).put("kind", resource.kind());
    tree.set("metadata", metadata(object.key()));
    ObjectNode spec = tree.putObject("spec");
    switch (object) {
      case Vpc vpc -> {
        ArrayNode cidrs = spec.putArray("cidrs");
        vpc.cidrs().forEach(cidr -> cidrs.add(cidr.toString()));
        vpc.defaultSubnet().ifPresent(name -> spec.put("defaultSubnet", name));
      }
      case Subnet subnet -> write(subnet, spec);
      case Port port -> write(port, spec);
    }
    return tree;
  }

  static ObjectNode metadata(Key key) {
    return Json.newObject().put("namespace", key.namespace()).put("name", key.name());
  }

  private static void write(Subnet subnet, ObjectNode spec) {
    spec.put("vpc", subnet.vpc())
        .put("cidr", subnet.cidr().toString())
        .put("gateway", subnet.gateway().map(IpText::of).orElse(NO_GATEWAY))
        .put("nat", subnet.nat())
        .put("antiSpoof", subnet.antiSpoof());
    subnet.mtu().ifPresent(mtu -> spec.put("mtu", mtu));
    if (!subnet.dns().isEmpty()) {
      ObjectNode dns = spec.putObject("dns");
      texts(dns, "nameservers", subnet.dns().nameservers());
      subnet.dns().domain().ifPresent(domain -> dns.put("domain", domain));
      texts(dns, "search", subnet.dns().search());
      texts(dns, "options", subnet.dns().options());
    }
  }

  private static void write(Port port, ObjectNode spec) {
    spec.put("subnet", port.subnet());
    port.mac().ifPresent(mac -> spec.put("mac", mac.value()));
    if (!port.addresses().isEmpty()) {
      texts(spec, "addresses", port.addresses().stream().map(IpText::of).toList());
    }
    port.node().ifPresent(node -> spec.put("node", node));
    port.antiSpoof().ifPresent(on -> spec.put("antiSpoof", on));
    port.madeFor().ifPresent(holder -> spec.set("madeFor", write(holder)));
  }

  /** The object's status; empty for a kind without. */
  static ObjectNode status(VpcObject object) {
    return switch (object) {
      case Vpc _ -> Json.newObject();
      case Subnet subnet -> {
        ObjectNode status = Json.newObject();
        status.put("used", subnet.grants().size());
        ObjectNode ports = status.putObject("ports");
        subnet.grants().forEach((name, grant) -> ports.set(name, write(grant)));
        yield status;
      }
      case Port port ->
          port.status()
              .map(
                  grant -> write(grant).put("state", grant.holder().isPresent() ? "Bound" : "Free"))
              .orElseGet(Json::newObject);
    };
  }

  private static ObjectNode write(Grant grant) {
    ObjectNode node = Json.newObject().put("mac", grant.mac().value());
    texts(node, "addresses", grant.addresses().stream().map(IpText::of).toList());
    grant.holder().ifPresent(holder -> node.set("holder", write(holder)));
    return node;
  }

  private static ObjectNode write(Holder holder) {
    return Json.newObject()
        .put("owner", holder.who().owner())
        .put("nic", holder.who().nic().value())
        .put("incarnation", holder.who().incarnation())
        .put("pod", holder.who().pod())
        .put("comesBack", holder.who().comesBack())
        .put("node", holder.node());
  }

  private static void texts(ObjectNode to, String key, List<String> texts) {
    ArrayNode list = to.putArray(key);
    texts.forEach(list::add);
  }
}

package dev.patchbay.agent.cluster;

import dev.patchbay.agent.cni.AddListener;
import dev.patchbay.cni.json.Json;
import dev.patchbay.cni.result.Result;
import dev.patchbay.cni.result.ResultInterface;
import dev.patchbay.cni.result.ResultRoute;
import dev.patchbay.core.nic.Dns;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The annotation that tells a pod's readers what its NICs are (NPWG 1.3, section 5). */
final class NetworkStatus {
  /** The annotation's key. */
  static final String KEY = "k8s.v1.cni.cncf.io/network-status";

  private NetworkStatus() {}

  /** Its value: a list, in the order of the pod's NICs. */
  static String text(List<AddListener.Nic> nics) {
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    nics.forEach(nic -> all.add(element(nic)));
    return Json.text(all);
  }

  private static ObjectNode element(AddListener.Nic nic) {
    Result result = nic.result();
    Optional<ResultInterface> link =
        result.interfaces().stream().filter(one -> one.sandbox().isPresent()).findFirst();
    ObjectNode element = Json.newObject();
    element.put("name", nic.network());
    element.put("interface", link.map(ResultInterface::name).orElse(nic.ifName().value()));
    if (!result.ips().isEmpty()) {
      texts(element, "ips", result.ips().stream().map(ip -> ip.address().address()));
    }
    link.flatMap(ResultInterface::mac).ifPresent(mac -> element.put("mac", mac));
    link.map(ResultInterface::mtu)
        .ifPresent(mtu -> mtu.ifPresent(bytes -> element.put("mtu", bytes)));
    // readers take an absent word for false, and some a present one for true
    if (nic.primary()) {
      element.put("default", true);
    }
    element.set("dns", dns(result.dns()));
    List<InetAddress> gateways =
        result.routes().stream()
            .filter(ResultRoute::isDefault)
            .flatMap(route -> route.gw().stream())
            .toList();
    if (!gateways.isEmpty()) {
      texts(element, "gateway", gateways.stream());
    }
    return element;
  }

  private static ObjectNode dns(Dns dns) {
    ObjectNode object = Json.newObject();
    put(object, "nameservers", dns.nameservers());
    dns.domain().ifPresent(domain -> object.put("domain", domain));
    put(object, "search", dns.search());
    put(object, "options", dns.options());
    return object;
  }

  private static void put(ObjectNode object, String key, List<String> values) {
    if (!values.isEmpty()) {
      ArrayNode array = object.putArray(key);
      values.forEach(array::add);
    }
  }

  private static void texts(ObjectNode object, String key, Stream<InetAddress> addresses) {
    put(object, key, addresses.map(InetAddress::getHostAddress).toList());
  }
}

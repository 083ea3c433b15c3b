package dev.patchbay.agent.resolve;

import dev.patchbay.cni.conf.NetworkConf;
import dev.patchbay.cni.conf.PluginConf;
import dev.patchbay.cni.conf.PluginRequest;
import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.json.Fields;
import dev.patchbay.cni.json.Json;
import dev.patchbay.cni.skel.CniArgs;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.NicRequest;
import dev.patchbay.core.plan.Attachment;
import dev.patchbay.ipam.RequestedIps;
import dev.patchbay.vpc.VpcProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes an attachment of a request and its network's definition, deciding for each plugin whether
 * we do its work ourselves.
 */
public final class Resolver {
  private static final Map<String, KindConf> KINDS =
      Stream.of(
              new BridgeConf(),
              new MacvlanConf(),
              new HostDeviceConf(),
              new PtpConf(),
              new TapConf(),
              new LoopbackConf())
          .collect(Collectors.toUnmodifiableMap(KindConf::type, Function.identity()));

  /** Keys that any plugin's configuration may have (CNI spec 1.1.0, section 1; CONVENTIONS). */
  private static final Set<String> COMMON =
      Set.of(
          "cniVersion",
          "cniVersions",
          "name",
          "type",
          "capabilities",
          "ipam",
          "dns",
          "args",
          "runtimeConfig",
          "prevResult",
          "fallback",
          "native");

  private final boolean nativeKinds;
  private final CniArgs args;
  private final VpcProvider vpcs;
  private final Consumer<String> warnings;

  /**
   * A resolver for one request.
   *
   * @param nativeKinds whether we do the work of the plugins that we know; otherwise all are run
   * @param args of CNI_ARGS
   * @param vpcs looks up ports
   * @param warnings takes lines about keys that nobody reads
   */
  public Resolver(boolean nativeKinds, CniArgs args, VpcProvider vpcs, Consumer<String> warnings) {
    this.nativeKinds = nativeKinds;
    this.args = args;
    this.vpcs = vpcs;
    this.warnings = warnings;
  }

  /** The plugin types whose work we do ourselves. */
  public static Set<String> nativeTypes() {
    return Stream.concat(KINDS.keySet().stream(), Stream.of(TuningConf.TYPE, VpcPortConf.TYPE))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Resolves one NIC; throws CniException naming definition, field, value and remedy. */
  public Attachment resolve(Asked asked) {
    NetworkConf network = asked.definition();
    Map<String, JsonNode> capabilities = capabilities(asked);
    PluginRequest common =
        new PluginRequest(
            Optional.empty(),
            capabilities,
            asked.request().cniArgs().map(text -> objects(text)).orElse(Map.of()));
    List<Attachment.Member> chain = new ArrayList<>();
    for (PluginConf plugin : network.plugins()) {
      chain.add(member(asked, network, plugin, common.of(network, plugin)));
    }
    return new Attachment(
        asked.ifName(),
        network.name().value(),
        network.version().text(),
        asked.request().origin(),
        chain,
        asked.request().defaultRoute().orElse(List.of()));
  }

  private Attachment.Member member(
      Asked asked, NetworkConf network, PluginConf plugin, ObjectNode conf) {
    Fields fields = Fields.of(conf, network.origin(), CniError.INVALID_NETWORK_CONFIG);
    boolean ours = nativeKinds && !fields.filled("native").filter("off"::equals).isPresent();
    if (plugin.type().equals(VpcPortConf.TYPE)) {
      warnOf(fields, VpcPortConf.SERVED, VpcPortConf.TYPE);
      return VpcPortConf.read(fields, args, vpcs);
    }
    KindConf kind = KINDS.get(plugin.type());
    if (ours && kind != null && servable(fields, kind.served(), kind.unserved())) {
      return new Attachment.Member.Native(
          kind.read(fields),
          IpamConf.read(
              fields, network.name().value(), requestedIps(fields), () -> Json.text(conf), true),
          mac(fields),
          Optional.of(IpamConf.dns(fields)).filter(dns -> !dns.isEmpty()));
    }
    if (ours
        && plugin.type().equals(TuningConf.TYPE)
        && servable(fields, TuningConf.SERVED, Set.of())) {
      return new Attachment.Member.Tuning(TuningConf.read(fields, asked.ifName(), mac(fields)));
    }
    return new Attachment.Member.Exec(plugin.type(), Json.text(conf));
  }

  /**
   * Whether we can do this plugin's work: a key that we know but do not serve is refused, or leaves
   * it to the plugin itself.
   */
  private boolean servable(Fields conf, Set<String> served, Set<String> unserved) {
    String type = conf.required("type");
    for (Map.Entry<String, JsonNode> entry : conf.node().properties()) {
      String key = entry.getKey();
      if (unserved.contains(key) && says(entry.getValue())) {
        if (conf.filled("fallback").filter("exec"::equals).isPresent()) {
          return false;
        }
        throw CniException.of(
            CniError.UNSUPPORTED_FIELD,
            conf.origin()
                + ": key \""
                + key
                + "\" of plugin \""
                + type
                + "\" with value "
                + Fields.shown(entry.getValue())
                + " is not served; leave it out, or set \"fallback\": \"exec\" to run the installed plugin");
      }
    }
    warnOf(
        conf, Stream.concat(served.stream(), unserved.stream()).collect(Collectors.toSet()), type);
    return true;
  }

  private void warnOf(Fields conf, Set<String> known, String type) {
    for (String key : conf.node().propertyNames()) {
      if (!known.contains(key) && !COMMON.contains(key) && !key.startsWith("cni.dev/")) {
        warnings.accept(
            conf.origin() + ": nobody reads key \"" + key + "\" of plugin \"" + type + "\"");
      }
    }
  }

  private static boolean says(JsonNode value) {
    return !(value.isNull()
        || (value.isBoolean() && !value.booleanValue())
        || (value.isString() && value.stringValue().isEmpty())
        || (value.isContainer() && value.isEmpty()));
  }

  private RequestedIps requestedIps(Fields conf) {
    Optional<Fields> cni = conf.object("args").flatMap(all -> all.object("cni"));
    return new RequestedIps(
        args.value("IP").orElse(""),
        args.value("GATEWAY").orElse(""),
        cni.map(all -> all.texts("ips")).orElse(List.of()),
        conf.object("runtimeConfig").map(runtime -> runtime.texts("ips")).orElse(List.of()));
  }

  private Optional<MacAddress> mac(Fields conf) {
    Optional<MacAddress> asked =
        conf.object("runtimeConfig")
            .flatMap(runtime -> runtime.parsed("mac", MacAddress::new))
            .or(() ->
                conf.object("args")
                    .flatMap(all -> all.object("cni"))
                    .flatMap(cni -> cni.parsed("mac", MacAddress::new)))
            .or(() -> args.value("MAC").map(text -> macOfArgs(text)))
            .or(() -> conf.parsed("mac", MacAddress::new));
    asked
        .filter(mac -> !mac.isUnicast())
        .ifPresent(mac -> {
          throw conf.bad(
              "mac", "is " + mac + ", a group address or zero; write the address of one station");
        });
    return asked;
  }

  private static MacAddress macOfArgs(String text) {
    try {
      return new MacAddress(text);
    } catch (IllegalArgumentException e) {
      throw new CniException(
          CniError.of(CniError.INVALID_ENVIRONMENT, "CNI_ARGS MAC: " + e.getMessage()), e);
    }
  }

  /**
   * What request and runtime say by capability; the request must find a plugin that hears it (NPWG,
   * section 4.1.2).
   */
  private static Map<String, JsonNode> capabilities(Asked asked) {
    NicRequest request = asked.request();
    Map<String, JsonNode> said = new TreeMap<>();
    request
        .capabilities()
        .forEach((name, text) -> said.put(name, value(text, request.origin().where())));
    if (!request.ips().isEmpty()) {
      var ips = Json.newObject().putArray("ips");
      request.ips().forEach(ips::add);
      said.put("ips", ips);
    }
    request
        .mac()
        .ifPresent(mac -> said.put("mac", Json.newObject().put("mac", mac.value()).get("mac")));
    Set<String> heard = asked.definition().capabilities();
    for (String name : said.keySet()) {
      if (!heard.contains(name)) {
        throw CniException.of(
            CniError.INVALID_NETWORK_CONFIG,
            request.origin().where()
                + ": asks network \""
                + request.network()
                + "\" for \""
                + name
                + "\", but none of its plugins has that capability; add \"capabilities\": {\""
                + name
                + "\": true} to the plugin that serves it");
      }
    }
    return said;
  }

  /** A JSON value of any kind, read as the field of an object because documents are objects. */
  private static JsonNode value(String json, String origin) {
    return Json.object("{\"value\":" + json + "}", origin).get("value");
  }

  private static Map<String, JsonNode> objects(String json) {
    Map<String, JsonNode> all = new TreeMap<>();
    Json.object(json, "cni-args")
        .properties()
        .forEach(entry -> all.put(entry.getKey(), entry.getValue()));
    return all;
  }
}

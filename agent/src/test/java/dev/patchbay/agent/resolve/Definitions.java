package dev.patchbay.agent.resolve;

import dev.patchbay.cni.conf.ConfParser;
import dev.patchbay.cni.skel.CniArgs;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.NicRequest;
import dev.patchbay.core.nic.Origin;
import dev.patchbay.core.plan.Attachment;
import dev.patchbay.vpc.BuiltInProvider;
import dev.patchbay.vpc.InMemoryVpcStore;
import dev.patchbay.vpc.PortOwners;
import dev.patchbay.vpc.VpcProvider;
import dev.patchbay.vpc.VpcSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Resolves definitions that are written as JSON, and keeps the warnings. */
final class Definitions {
  static final Origin ORIGIN = new Origin("npwg", "annotation networks[0]", "blue");

  /** Of networks that are no VPCs. */
  static final VpcProvider NO_VPCS =
      new BuiltInProvider(
          new InMemoryVpcStore(),
          new VpcSettings(
              "n1",
              false,
              VpcSettings.DEFAULT_CIDR,
              Path.of("/run/netns"),
              VpcSettings.DEFAULT_UPLINKS),
          PortOwners.NONE);

  private final List<String> warnings = new ArrayList<>();

  List<String> warnings() {
    return List.copyOf(warnings);
  }

  /** A network with one plugin; the fields are added to type, name and version. */
  Attachment.Member plugin(String type, String fields) {
    return plugin(type, fields, "");
  }

  Attachment.Member plugin(String type, String fields, String args) {
    String json =
        "{\"cniVersion\":\"1.0.0\",\"name\":\"blue\",\"type\":\"%s\"%s}"
            .formatted(type, fields.isEmpty() ? "" : "," + fields);
    return resolve(json, args, request(List.of(), Optional.empty(), Map.of())).chain().getFirst();
  }

  Attachment.Member.Native made(String type, String fields) {
    return (Attachment.Member.Native) plugin(type, fields);
  }

  /** IPAM of a bridge. */
  Attachment.Ipam ipam(String fields, String args) {
    return ((Attachment.Member.Native) plugin("bridge", "\"ipam\":{" + fields + "}", args)).ipam();
  }

  static NicRequest request(
      List<String> ips, Optional<MacAddress> mac, Map<String, String> capabilities) {
    return new NicRequest(
        "blue",
        Optional.empty(),
        Optional.of(new IfName("net1")),
        ips,
        mac,
        Optional.empty(),
        capabilities,
        Optional.empty(),
        ORIGIN);
  }

  Attachment resolve(String json, String args, NicRequest request) {
    return new Resolver(true, CniArgs.parse(args), NO_VPCS, warnings::add)
        .resolve(new Asked(request, new IfName("net1"), ConfParser.parse(json, "blue.conf")));
  }
}

package dev.patchbay.agent.resolve;

import dev.patchbay.cni.json.Fields;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.NicKind;
import dev.patchbay.core.nic.VlanRange;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/** The configuration of {@code bridge}. */
final class BridgeConf implements KindConf {
  private static final IfName DEFAULT_BRIDGE = new IfName("cni0");

  @Override
  public String type() {
    return "bridge";
  }

  @Override
  public Set<String> served() {
    return Set.of(
        "bridge",
        "isGateway",
        "isDefaultGateway",
        "forceAddress",
        "ipMasq",
        "mtu",
        "hairpinMode",
        "promiscMode",
        "vlan",
        "vlanTrunk",
        "preserveDefaultVlan",
        "portIsolation",
        "enabledad",
        "mac");
  }

  @Override
  public Set<String> unserved() {
    return Set.of("ipMasqBackend", "macspoofchk", "disableContainerInterface");
  }

  @Override
  public NicKind read(Fields conf) {
    boolean defaultGateway = conf.flag("isDefaultGateway");
    OptionalInt vlan = vlan(conf);
    List<VlanRange> trunk = trunk(conf);
    if (vlan.isPresent() && !trunk.isEmpty()) {
      throw conf.bad("vlanTrunk", "stands beside \"vlan\"; a port has either one VLAN or a trunk");
    }
    if (conf.flag("hairpinMode") && conf.flag("promiscMode")) {
      throw conf.bad("promiscMode", "stands beside \"hairpinMode\"; set only one of them");
    }
    return new NicKind.Bridge(
        conf.parsed("bridge", IfName::new).orElse(DEFAULT_BRIDGE),
        conf.flag("isGateway") || defaultGateway,
        defaultGateway,
        conf.flag("forceAddress"),
        conf.flag("ipMasq"),
        conf.flag("hairpinMode"),
        conf.flag("promiscMode"),
        conf.flag("portIsolation"),
        Numbers.mtu(conf),
        vlan,
        trunk,
        conf.mentions("preserveDefaultVlan") ? conf.flag("preserveDefaultVlan") : vlan.isEmpty(),
        conf.flag("enabledad"));
  }

  private static OptionalInt vlan(Fields conf) {
    OptionalInt vlan = Numbers.whole(conf, "vlan", 0, 4094);
    return vlan.isPresent() && vlan.getAsInt() == 0 ? OptionalInt.empty() : vlan;
  }

  private static List<VlanRange> trunk(Fields conf) {
    List<VlanRange> ranges = new ArrayList<>();
    for (Fields element : conf.objects("vlanTrunk")) {
      OptionalInt id = Numbers.whole(element, "id", 1, 4094);
      OptionalInt min = Numbers.whole(element, "minID", 1, 4094);
      OptionalInt max = Numbers.whole(element, "maxID", 1, 4094);
      if (min.isPresent() != max.isPresent() || (id.isEmpty() && min.isEmpty())) {
        throw element.bad("minID", "and \"maxID\" go together; write both of them, or \"id\"");
      }
      if (min.isPresent() && min.getAsInt() > max.getAsInt()) {
        throw element.bad(
            "minID",
            "is " + min.getAsInt() + ", more than \"maxID\" " + max.getAsInt() + "; swap them");
      }
      id.ifPresent(vlan -> ranges.add(new VlanRange(vlan, vlan)));
      min.ifPresent(first -> ranges.add(new VlanRange(first, max.getAsInt())));
    }
    return ranges;
  }
}

package dev.patchbay.agent.resolve;

import dev.patchbay.cni.json.Fields;
import dev.patchbay.core.nic.NicKind;
import java.util.Set;

/** The configuration of {@code ptp}. */
final class PtpConf implements KindConf {
  @Override
  public String type() {
    return "ptp";
  }

  @Override
  public Set<String> served() {
    return Set.of("ipMasq", "mtu");
  }

  @Override
  public Set<String> unserved() {
    return Set.of("ipMasqBackend");
  }

  @Override
  public NicKind read(Fields conf) {
    if (conf.object("ipam").filter(ipam -> !ipam.node().isEmpty()).isEmpty()) {
      throw conf.bad("ipam", "is missing; the host routes to the pod's addresses, so name some");
    }
    return new NicKind.Ptp(conf.flag("ipMasq"), Numbers.mtu(conf));
  }
}

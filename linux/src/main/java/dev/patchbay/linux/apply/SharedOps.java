package dev.patchbay.linux.apply;

import dev.patchbay.core.nic.Addressing;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.LinkOp;
import dev.patchbay.core.plan.Performed;
import dev.patchbay.linux.nftables.NftTable;
import dev.patchbay.linux.procfs.SysctlKey;
import dev.patchbay.linux.procfs.Sysctls;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Forwarding, and masquerading of the host. */
record SharedOps(Namespaces namespaces, Bindings bound) {
  private static final SysctlKey FORWARD_V4 = SysctlKey.of("net", "ipv4", "ip_forward");
  private static final SysctlKey FORWARD_V6 =
      SysctlKey.of("net", "ipv6", "conf", "all", "forwarding");

  Performed ensureForwarding(LinkOp.EnsureForwarding op) throws IOException {
    Map<SysctlKey, String> wanted = new LinkedHashMap<>();
    for (Addressing.Ip ip : op.addresses().in(bound).ips()) {
      wanted.put(ip.address().isV4() ? FORWARD_V4 : FORWARD_V6, "1");
    }
    Sysctls.ensure(namespaces.of(op.at()).handle(), wanted);
    return Performed.done();
  }

  Performed ensureMasquerade(LinkOp.EnsureMasquerade op) throws IOException {
    try (NftTable table = NftTable.open(namespaces.host().handle())) {
      for (Addressing.Ip ip : op.addresses().in(bound).ips()) {
        table.ensureMasquerade(op.network(), ip.address());
      }
    }
    return Performed.done();
  }
}

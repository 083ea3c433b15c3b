package dev.patchbay.linux.apply;

import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.Link;
import dev.patchbay.core.plan.LinkOp;
import dev.patchbay.core.plan.Performed;
import dev.patchbay.linux.libc.Errno;
import dev.patchbay.linux.libc.KernelException;
import dev.patchbay.linux.nftables.PortGuard;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/** Which addresses may come from a port. */
record GuardOps(Namespaces namespaces, Bindings bound) {
  Performed guard(LinkOp.GuardPort op) throws IOException {
    Link port =
        bound
            .link(op.port())
            .orElseThrow(() -> new KernelException("guard port " + op.port(), Errno.ENODEV));
    List<InetAddress> addresses =
        op.addresses().in(bound).ips().stream().map(ip -> ip.address().address()).toList();
    new PortGuard(port.name()).set(namespaces.of(port.netns()).handle(), op.mac(), addresses);
    return Performed.done();
  }

  Performed unguard(LinkOp.UnguardPort op) throws IOException {
    Optional<OpenNetns> there = namespaces.find(op.at());
    if (there.isPresent()) {
      new PortGuard(op.port()).remove(there.get().handle());
    }
    return Performed.done();
  }
}

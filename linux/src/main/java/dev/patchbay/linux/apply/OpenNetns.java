package dev.patchbay.linux.apply;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.plan.Link;
import dev.patchbay.linux.libc.Errno;
import dev.patchbay.linux.libc.KernelException;
import dev.patchbay.linux.netns.NetnsHandle;
import dev.patchbay.linux.rtnetlink.KernelLink;
import dev.patchbay.linux.rtnetlink.LinkId;
import dev.patchbay.linux.rtnetlink.RouteSocket;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * A namespace as one operation has it open.
 *
 * @param netns as the plan names it
 * @param handle the namespace itself
 * @param socket opened inside
 */
record OpenNetns(Netns netns, NetnsHandle handle, RouteSocket socket) {
  private static final MacAddress NO_MAC = new MacAddress("00:00:00:00:00:00");

  Optional<KernelLink> link(IfName name) throws IOException {
    return socket.link(LinkId.of(name));
  }

  Optional<KernelLink> link(int index) throws IOException {
    return socket.link(LinkId.of(index));
  }

  /** The link of that name; ENODEV says what was to be done with it. */
  KernelLink require(IfName name, String doing) throws IOException {
    return link(name).orElseThrow(() -> new KernelException(doing + " " + name, Errno.ENODEV));
  }

  /** The link as plans speak of it. */
  Link describe(KernelLink link) {
    return new Link(netns, link.index(), link.name(), link.address().orElse(NO_MAC), link.mtu());
  }

  /** Names worth telling when one is missing: neither loopback nor the ports of pods. */
  List<IfName> names() throws IOException {
    return socket.links().stream()
        .filter(link -> !isLoopback(link) && !isPodPort(link))
        .map(KernelLink::name)
        .sorted()
        .toList();
  }

  private static boolean isLoopback(KernelLink link) {
    return link.name().value().equals("lo");
  }

  private static boolean isPodPort(KernelLink link) {
    return link.kind().equals("veth") && link.parentNetns().isPresent();
  }
}

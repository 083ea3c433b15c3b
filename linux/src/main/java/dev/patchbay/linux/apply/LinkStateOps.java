package dev.patchbay.linux.apply;

import dev.patchbay.core.nic.Addressing;
import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.Dns;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.Lease;
import dev.patchbay.core.plan.LinkOp;
import dev.patchbay.core.plan.Performed;
import dev.patchbay.linux.libc.Errno;
import dev.patchbay.linux.netlink.Answer;
import dev.patchbay.linux.packet.Announcement;
import dev.patchbay.linux.rtnetlink.Address;
import dev.patchbay.linux.rtnetlink.KernelLink;
import dev.patchbay.linux.rtnetlink.KernelRoute;
import dev.patchbay.linux.rtnetlink.LinkId;
import dev.patchbay.linux.rtnetlink.LinkSetting;
import dev.patchbay.linux.rtnetlink.Links;
import dev.patchbay.linux.rtnetlink.Routes;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Up, down, default routes, and a word to the neighbours. */
record LinkStateOps(Namespaces namespaces, Bindings bound) {
  private static final IfName LOOPBACK = new IfName("lo");

  Performed setUp(LinkOp.SetUp op) throws IOException {
    var up = Links.set(LinkId.of(op.link()), new LinkSetting.Up(true));
    namespaces.of(op.netns()).socket().run(up);
    return Performed.done();
  }

  Performed setDown(LinkOp.SetDown op) throws IOException {
    Optional<OpenNetns> netns = namespaces.find(op.netns());
    if (netns.isPresent()) {
      var down = Links.set(LinkId.of(op.link()), new LinkSetting.Up(false));
      Answer answer = netns.get().socket().send(List.of(down)).getFirst();
      if (answer instanceof Answer.Refused refused && !refused.errno().equals(Errno.ENODEV)) {
        refused.orThrow(down.what());
      }
    }
    return Performed.done();
  }

  Performed setLoopbackUp(LinkOp.SetLoopbackUp op) throws IOException {
    OpenNetns netns = namespaces.of(op.netns());
    netns.socket().run(Links.set(LinkId.of(LOOPBACK), new LinkSetting.Up(true)));
    KernelLink link = netns.require(LOOPBACK, "look up");
    List<Addressing.Ip> ips =
        netns.socket().addresses(link.index()).stream()
            .map(address -> new Addressing.Ip(address.cidr(), Optional.empty()))
            .toList();
    Lease lease = new Lease(new Addressing(ips, List.of(), Dns.NONE));
    return new Performed.Done(
        Bindings.of(op.loopback(), netns.describe(link)).and(Bindings.of(op.addresses(), lease)));
  }

  Performed addDefaultRoute(LinkOp.AddDefaultRoute op) throws IOException {
    OpenNetns netns = namespaces.of(op.netns());
    int link = netns.require(op.link(), "add a default route through").index();
    var change = new AllOrNothing();
    for (InetAddress gateway : op.gateways()) {
      Cidr everywhere = Cidr.parse(gateway instanceof Inet4Address ? "0.0.0.0/0" : "::/0");
      change.addUnless(
          Errno.EEXIST,
          Routes.addBeside(KernelRoute.to(everywhere).via(gateway).dev(link).build()));
    }
    change.send(netns.socket());
    return Performed.done();
  }

  Performed keepDefaultRoute(LinkOp.KeepDefaultRoute op) throws IOException {
    OpenNetns netns = namespaces.of(op.netns());
    int keep = netns.require(op.keep(), "keep the default route of").index();
    List<KernelRoute> defaults =
        netns.socket().routes(KernelRoute.MAIN).stream()
            .filter(route -> route.destination().isDefault())
            .toList();
    var change = new AllOrNothing();
    for (KernelRoute route : defaults) {
      boolean v4 = route.destination().isV4();
      boolean keptHasOne =
          defaults.stream()
              .anyMatch(r -> r.destination().isV4() == v4 && r.link().orElse(0) == keep);
      if (keptHasOne && route.link().orElse(0) != keep) {
        change.addUnless(Errno.ESRCH, Routes.delete(route));
      }
    }
    change.send(netns.socket());
    return Performed.done();
  }

  /**
   * A neighbour that was not told finds out when its entry ages: no reason to refuse the NIC, so
   * what cannot be sent is not.
   */
  Performed announce(LinkOp.Announce op) throws IOException {
    OpenNetns netns = namespaces.of(op.netns());
    KernelLink link = netns.require(op.link(), "announce");
    Optional<MacAddress> mac = link.address();
    List<InetAddress> addresses = settled(netns, link, op.addresses().in(bound));
    if (mac.isPresent() && !addresses.isEmpty()) {
      try {
        new Announcement(link.index(), mac.get(), addresses).send(netns.handle());
      } catch (IOException _) {
        return Performed.done();
      }
    }
    return Performed.done();
  }

  /** Without those that may still turn out to be somebody else's (RFC 4862, section 5.4). */
  private static List<InetAddress> settled(OpenNetns netns, KernelLink link, Addressing addressing)
      throws IOException {
    List<InetAddress> addresses = new ArrayList<>();
    addressing.ips().forEach(ip -> addresses.add(ip.address().address()));
    if (addressing.ips().stream().anyMatch(ip -> !ip.address().isV4())) {
      Set<InetAddress> unsettled = new HashSet<>();
      for (Address address : netns.socket().addresses(link.index())) {
        if (address.isTentative() || address.hasFailedDad()) {
          unsettled.add(address.cidr().address());
        }
      }
      addresses.removeAll(unsettled);
    }
    return addresses;
  }
}

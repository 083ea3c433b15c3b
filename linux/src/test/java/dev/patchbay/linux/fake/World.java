package dev.patchbay.linux.fake;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.Link;
import dev.patchbay.linux.libc.Errno;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The whole state of the fake and the rules of the kernel that hold whatever is done. An op works
 * on a copy, which is dropped when it is refused halfway: that is what makes a failed op leave
 * nothing.
 */
final class World {
  /** The cookie of the first namespace, as on a real machine. */
  static final long HOST = 1;

  static final MacAddress NO_MAC = new MacAddress("00:00:00:00:00:00");
  static final int ETHERNET_MTU = 1500;
  private static final int LOOPBACK_MTU = 65536;
  private static final int LEAST_MTU = 68; // linux/if_ether.h, ETH_MIN_MTU
  private static final int MOST_MTU = 65535; // ETH_MAX_MTU

  final TreeMap<Long, FakeNetns> namespaces = new TreeMap<>();
  final TreeMap<Long, FakeLink> links = new TreeMap<>();
  final NavigableSet<Masquerade> masquerades = new TreeSet<>();
  private long nextCookie = HOST;
  private long nextId = 1;

  private World() {}

  /** A machine as it boots: the host's namespace and its loopback link, down. */
  static World booted() {
    World world = new World();
    world.addNetns("");
    return world;
  }

  World copy() {
    World copy = new World();
    namespaces.forEach((cookie, netns) -> copy.namespaces.put(cookie, netns.copy()));
    links.forEach((id, link) -> copy.links.put(id, link.copy()));
    copy.masquerades.addAll(masquerades);
    copy.nextCookie = nextCookie;
    copy.nextId = nextId;
    return copy;
  }

  FakeNetns addNetns(String path) {
    FakeNetns netns = new FakeNetns(path, nextCookie++);
    namespaces.put(netns.cookie, netns);
    FakeLink lo = add(netns, new LinkShape.Loopback(), new IfName("lo"), NO_MAC, LOOPBACK_MTU);
    lo.txQLen = 1000;
    return netns;
  }

  /** The namespace that is meant: a path whose cookie is another one leads to a stranger. */
  Optional<FakeNetns> find(Netns netns) {
    return namespaces.values().stream()
        .filter(one -> one.path.equals(netns.path()))
        .filter(one -> netns.isHost() || netns.cookie() == 0 || one.cookie == netns.cookie())
        .findFirst();
  }

  FakeNetns netns(Netns netns) {
    return find(netns).orElseThrow(() -> new Refusal(new AttachFailure.NetnsGone(netns.path())));
  }

  FakeNetns host() {
    return netnsOf(HOST);
  }

  FakeNetns netnsOf(FakeLink link) {
    return netnsOf(link.netns);
  }

  private FakeNetns netnsOf(long cookie) {
    return Optional.ofNullable(namespaces.get(cookie)).orElseThrow();
  }

  /** The links of a namespace by index. */
  List<FakeLink> linksOf(FakeNetns netns) {
    return links.values().stream()
        .filter(link -> link.netns == netns.cookie)
        .sorted(Comparator.comparingInt(link -> link.index))
        .toList();
  }

  Optional<FakeLink> find(FakeNetns netns, IfName name) {
    return linksOf(netns).stream().filter(link -> link.name.equals(name)).findFirst();
  }

  Optional<FakeLink> find(FakeNetns netns, int index) {
    return linksOf(netns).stream().filter(link -> link.index == index).findFirst();
  }

  Optional<FakeLink> find(Link link) {
    return find(link.netns()).flatMap(netns -> find(netns, link.index()));
  }

  FakeLink link(FakeNetns netns, IfName name, String doing) {
    return find(netns, name).orElseThrow(() -> Refusal.kernel(doing, Errno.ENODEV, ""));
  }

  Optional<FakeLink> byId(long id) {
    return Optional.ofNullable(links.get(id));
  }

  Stream<FakeLink> ports(FakeLink bridge) {
    return links.values().stream()
        .filter(link -> link.master.isPresent() && link.master.getAsLong() == bridge.id);
  }

  Stream<FakeLink> above(FakeLink parent) {
    return links.values().stream().filter(link -> link.shape.isAbove(parent.id));
  }

  void requireFree(FakeNetns netns, IfName name) {
    if (find(netns, name).isPresent()) {
      throw new Refusal(new AttachFailure.LinkExists(name, netns.handle().toString()));
    }
  }

  /** The identity that the next but {@code ahead} link will get; a veth names its peer so. */
  long idAhead(int ahead) {
    return nextId + ahead;
  }

  /** Adds a link, down, when its name, address and MTU are possible. */
  FakeLink add(FakeNetns netns, LinkShape shape, IfName name, MacAddress mac, int mtu) {
    requireFree(netns, name);
    String doing = "add " + (shape.kind().isEmpty() ? "device" : shape.kind()) + " " + name;
    boolean loopback = shape instanceof LinkShape.Loopback;
    if (!loopback && !mac.isUnicast()) {
      throw Refusal.kernel(doing, Errno.EADDRNOTAVAIL, "");
    }
    requireMtu(shape, mtu, doing);
    var link = new FakeLink(nextId++, shape, netns.cookie, netns.nextIndex++, name, mac, mtu);
    links.put(link.id, link);
    return link;
  }

  private void requireMtu(LinkShape shape, int mtu, String doing) {
    if (shape instanceof LinkShape.Loopback) {
      return;
    }
    if (mtu < LEAST_MTU) {
      throw Refusal.kernel(doing, Errno.EINVAL, "mtu less than device minimum");
    }
    if (mtu > MOST_MTU) {
      throw Refusal.kernel(doing, Errno.EINVAL, "mtu greater than device maximum");
    }
    boolean tooLarge =
        switch (shape) {
          case LinkShape.Macvlan(long parent, _, _) -> mtu > mtuOf(parent);
          case LinkShape.Vlan(long parent, _) -> mtu > mtuOf(parent);
          case LinkShape.Loopback _,
              LinkShape.Physical _,
              LinkShape.Dummy _,
              LinkShape.Veth _,
              LinkShape.Bridge _,
              LinkShape.Tap _ ->
              false;
        };
    if (tooLarge) {
      throw Refusal.kernel(doing, Errno.EINVAL, "");
    }
  }

  private int mtuOf(long parent) {
    return byId(parent).orElseThrow().mtu;
  }

  void setMtu(FakeLink link, int mtu) {
    requireMtu(link.shape, mtu, "set MTU " + mtu + " of " + link.name);
    link.mtu = mtu;
    above(link).filter(slice -> slice.mtu > mtu).forEach(slice -> slice.mtu = mtu);
    link.master.ifPresent(this::adjustBridge);
  }

  /** A bridge has the least MTU of its ports (net/bridge/br_if.c, br_mtu_auto_adjust). */
  private void adjustBridge(long id) {
    byId(id)
        .ifPresent(bridge ->
            bridge.mtu = ports(bridge).mapToInt(port -> port.mtu).min().orElse(ETHERNET_MTU));
  }

  void join(FakeLink port, FakeLink bridge) {
    port.master = OptionalLong.of(bridge.id);
    port.port = PortState.FRESH;
    adjustBridge(bridge.id);
  }

  private void leave(FakeLink port) {
    OptionalLong bridge = port.master;
    port.master = OptionalLong.empty();
    port.port = PortState.FRESH;
    bridge.ifPresent(this::adjustBridge);
  }

  /** The address that the kernel gives a link for which nobody names one. */
  MacAddress freshMac() {
    return new MacAddress(
        "02:fa:ce:%02x:%02x:%02x"
            .formatted(nextId >> 16 & 0xff, nextId >> 8 & 0xff, nextId & 0xff));
  }

  /** Deletes a link with all that cannot be without it. */
  void delete(FakeLink link) {
    if (!link.shape.isVirtual()) {
      throw Refusal.kernel("delete " + link.name, Errno.EOPNOTSUPP, "");
    }
    vanish(link);
  }

  private void vanish(FakeLink link) {
    if (links.remove(link.id) == null) {
      return;
    }
    netnsOf(link).routes.removeIf(route -> route.link() == link.id);
    leave(link);
    ports(link).toList().forEach(this::leave);
    above(link).toList().forEach(this::vanish);
    if (link.shape instanceof LinkShape.Veth(long peer)) {
      byId(peer).ifPresent(this::vanish);
    }
  }

  /** Renames; kernels before 6.2 refuse that for a link that is up, and so do we. */
  void rename(FakeLink link, IfName name) {
    if (link.name.equals(name)) {
      return;
    }
    if (link.up) {
      throw Refusal.kernel("rename " + link.name + " to " + name, Errno.EBUSY, "");
    }
    requireFree(netnsOf(link), name);
    link.name = name;
  }

  /** Moves a link under a free name; it arrives down and bare, and keeps its index if it can. */
  void move(FakeLink link, FakeNetns to, IfName name) {
    boolean immutable =
        link.shape instanceof LinkShape.Loopback || link.shape instanceof LinkShape.Bridge;
    if (immutable) {
      throw Refusal.kernel("move " + link.name, Errno.EINVAL, "The interface netns is immutable");
    }
    requireFree(to, name);
    leave(link);
    LinkState.down(this, link);
    link.addresses.clear();
    link.sysctls.clear();
    if (find(to, link.index).isPresent()) {
      link.index = to.nextIndex++;
    }
    link.netns = to.cookie;
    link.name = name;
  }

  /** The namespace dies: software links with it, devices go back to the host. */
  void destroy(FakeNetns netns) {
    for (FakeLink link : linksOf(netns)) {
      if (link.shape instanceof LinkShape.Physical) {
        move(link, host(), nameOnReturn(link));
      } else {
        vanish(link);
      }
    }
    namespaces.remove(netns.cookie);
  }

  /**
   * Its own name, or {@code devN} where that is taken (net/core/dev.c, default_device_exit_net).
   */
  private IfName nameOnReturn(FakeLink link) {
    IfName name = link.name;
    for (int n = link.index; find(host(), name).isPresent(); n++) {
      name = new IfName("dev" + n);
    }
    return name;
  }

  boolean hasAddress(FakeLink link, Cidr address) {
    return link.addresses.stream()
        .anyMatch(own ->
            own.address().equals(address.address())
                && (!address.isV4() || own.prefix() == address.prefix()));
  }

  Link describe(FakeLink link) {
    return new Link(netnsOf(link).handle(), link.index, link.name, link.mac, link.mtu);
  }
}

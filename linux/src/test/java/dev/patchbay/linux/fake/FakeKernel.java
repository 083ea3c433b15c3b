package dev.patchbay.linux.fake;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.DeviceSelector;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.HostObserver;
import dev.patchbay.core.plan.HostView;
import dev.patchbay.core.plan.KernelSession;
import dev.patchbay.core.plan.Link;
import dev.patchbay.core.plan.LinkOp;
import dev.patchbay.core.plan.LinkSettings;
import dev.patchbay.core.plan.MovedDevice;
import dev.patchbay.core.plan.Performed;
import dev.patchbay.core.plan.Performers;
import dev.patchbay.linux.libc.Errno;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * A kernel in memory: does every LinkOp by the rules of the real one, fails or crashes where told,
 * and writes its whole state down.
 *
 * <p>What a test does by hand ({@link #createNetns}, {@link #addDevice} …) is what the machine, the
 * runtime or a stranger does; what is impossible there throws {@link Refusal}. Every method may be
 * called from any thread; ops of concurrent batches interleave. Each op copies the state, so worlds
 * should have hundreds of links, not tens of thousands.
 *
 * <p>Out of its scope: packets, carrier, address conflicts, link-local addresses, local and
 * multicast routes, qdiscs but for what hands a NIC to a guest, and nftables but for masquerading
 * and the guards of ports.
 */
public final class FakeKernel implements Performers.Kernel, HostObserver {
  private final ReentrantLock lock = new ReentrantLock();
  private final Faults faults = new Faults();
  private World world = World.booted();
  private Coverage coverage = Coverage.none();
  private int openSessions;

  /** A machine that has nothing but a loopback link, which is down. */
  public FakeKernel() {}

  @Override
  public List<Performed> execute(List<LinkOp> batch, Bindings bound) {
    List<Performed> outcomes = new ArrayList<>();
    for (LinkOp op : batch) {
      outcomes.add(locked(() -> execute(op, bound)));
    }
    return List.copyOf(outcomes);
  }

  /**
   * Opens the kernel for one operation. A link has carrier as soon as it is up, duplicate address
   * detection is over at once, and nothing else that can be awaited ever comes.
   */
  public KernelSession open() {
    lockedRun(() -> openSessions++);
    return new FakeSession(this);
  }

  void closed() {
    lockedRun(() -> openSessions--);
  }

  private Performed execute(LinkOp op, Bindings bound) {
    return switch (faults.meet(op).orElse(null)) {
      case null -> count(op, perform(op, bound));
      case Faults.Fault.Fail(var refusal) -> count(op, new Performed.Failed(refusal.why()));
      case Faults.Fault.CrashBefore() -> throw crash(op, false);
      case Faults.Fault.CrashAfter() -> {
        perform(op, bound);
        throw crash(op, true);
      }
    };
  }

  private Performed perform(LinkOp op, Bindings bound) {
    World attempt = world.copy();
    try {
      Performed performed = LinkOps.perform(attempt, op, bound);
      world = attempt;
      return performed;
    } catch (Refusal refusal) {
      return new Performed.Failed(refusal.why());
    }
  }

  private Performed count(LinkOp op, Performed performed) {
    boolean done = performed instanceof Performed.Done;
    coverage = coverage.plus(op, new Coverage.Count(done ? 1 : 0, done ? 0 : 1, 0));
    return performed;
  }

  private Crash crash(LinkOp op, boolean happened) {
    coverage = coverage.plus(op, new Coverage.Count(0, 0, 1));
    return new Crash(op, happened);
  }

  // what goes wrong

  /** The next op that the predicate chooses fails with this error and does nothing. */
  public void failNext(Predicate<LinkOp> on, Errno errno, String extAck) {
    fail(on, 1, errno, extAck);
  }

  /** The nth op from now, counted from 1, fails with this error and does nothing. */
  public void failNth(int nth, Errno errno, String extAck) {
    fail(_ -> true, nth, errno, extAck);
  }

  private void fail(Predicate<LinkOp> on, int nth, Errno errno, String extAck) {
    Refusal refusal = Refusal.kernel("injected", errno, extAck);
    lockedRun(() -> faults.arm(on, nth, new Faults.Fault.Fail(refusal)));
  }

  /** Throws {@link Crash} before the nth op from now, counted from 1. */
  public void crashBefore(int nth) {
    lockedRun(() -> faults.arm(_ -> true, nth, new Faults.Fault.CrashBefore()));
  }

  /** Throws {@link Crash} after the nth op from now, counted from 1, has happened. */
  public void crashAfter(int nth) {
    lockedRun(() -> faults.arm(_ -> true, nth, new Faults.Fault.CrashAfter()));
  }

  /** Throws {@link Crash} before the next op that the predicate chooses. */
  public void crashBefore(Predicate<LinkOp> on) {
    lockedRun(() -> faults.arm(on, 1, new Faults.Fault.CrashBefore()));
  }

  /** Throws {@link Crash} after the next op that the predicate chooses has happened. */
  public void crashAfter(Predicate<LinkOp> on) {
    lockedRun(() -> faults.arm(on, 1, new Faults.Fault.CrashAfter()));
  }

  /** Takes back every fault that has not happened yet; tells whether there was one. */
  public boolean disarm() {
    return locked(() -> {
      boolean armed = faults.isArmed();
      faults.disarm();
      return armed;
    });
  }

  /** What has been done, failed and crashed so far. */
  public Coverage coverage() {
    return locked(() -> coverage);
  }

  // what others do to the machine

  /** A runtime makes a namespace; IllegalArgumentException when something is at that path. */
  public Netns createNetns(String path) {
    return locked(() -> {
      if (world.find(Netns.at(path)).isPresent()) {
        throw new IllegalArgumentException("there is a network namespace at \"" + path + "\"");
      }
      return world.addNetns(path).handle();
    });
  }

  /** A runtime destroys a namespace; what is gone is gone. */
  public void destroyNetns(Netns netns) {
    if (netns.isHost()) {
      throw new IllegalArgumentException("the host's own namespace does not die");
    }
    change(w -> w.find(netns).ifPresent(w::destroy));
  }

  /** A network card is in the machine, down, with its kernel path below the first PCI root. */
  public Link addDevice(IfName name, MacAddress permanentMac, String pciAddress) {
    return add(Netns.HOST, new LinkShape.Physical(permanentMac, pciAddress), name, permanentMac);
  }

  /** A stranger makes a link of kind dummy, down. */
  public Link addDummy(Netns netns, IfName name, MacAddress mac) {
    return add(netns, new LinkShape.Dummy(), name, mac);
  }

  /** A stranger makes a bridge, down. */
  public Link addBridge(Netns netns, IfName name, MacAddress mac) {
    return add(netns, new LinkShape.Bridge(false), name, mac);
  }

  private Link add(Netns netns, LinkShape shape, IfName name, MacAddress mac) {
    return changed(w -> w.describe(w.add(w.netns(netns), shape, name, mac, World.ETHERNET_MTU)));
  }

  /** A stranger deletes a link. */
  public void delete(Netns netns, IfName name) {
    change(w -> w.delete(w.link(w.netns(netns), name, "delete " + name)));
  }

  /** A stranger renames a link. */
  public void rename(Netns netns, IfName from, IfName to) {
    change(w -> w.rename(w.link(w.netns(netns), from, "rename " + from), to));
  }

  /** A stranger gives a link an address. */
  public void addAddress(Netns netns, IfName name, Cidr address) {
    change(w ->
        LinkState.addAddress(w, w.link(w.netns(netns), name, "add address to " + name), address));
  }

  /** A stranger adds a route of the main table. */
  public void addRoute(Netns netns, IfName name, Cidr dst, Optional<InetAddress> gateway) {
    change(w -> {
      FakeLink link = w.link(w.netns(netns), name, "add route to " + name);
      LinkState.addRoute(w, link, FakeRoute.to(dst, gateway, link.id));
    });
  }

  /** Somebody writes a sysctl; the key as in LinkSettings. */
  public void setSysctl(Netns netns, String key, String value) {
    change(w -> LinkState.setSysctl(w, w.netns(netns), SysctlKey.parse(key), value));
  }

  /** Somebody puts a link into a group, which is 0 at first. */
  public void setGroup(Netns netns, IfName name, int group) {
    change(w -> w.link(w.netns(netns), name, "set group of " + name).group = group);
  }

  /** Somebody deletes a group: all of it, strangers too, or nothing when one cannot be deleted. */
  public void deleteGroup(Netns netns, int group) {
    change(w -> {
      List<FakeLink> members =
          w.linksOf(w.netns(netns)).stream().filter(link -> link.group == group).toList();
      if (members.isEmpty()) {
        throw Refusal.kernel("delete group " + group, Errno.ENODEV, "");
      }
      members.forEach(w::delete);
    });
  }

  // what can be seen

  /** How many sessions are open: none, when nothing is going on. */
  public int openSessions() {
    return locked(() -> openSessions);
  }

  @Override
  public Identity identify(Netns netns) {
    return locked(() -> new Observation(world).identify(netns));
  }

  @Override
  public HostView view(Set<IfName> mentioned) {
    return locked(() -> new Observation(world).view(mentioned));
  }

  @Override
  public Optional<MovedDevice> device(DeviceSelector device) {
    return locked(() -> new Observation(world).device(device));
  }

  @Override
  public Optional<ObservedLink> observe(Netns netns, IfName link) {
    return locked(() -> new Observation(world).observe(netns, link));
  }

  @Override
  public Optional<LinkSettings> settings(Netns netns, IfName link, LinkSettings which) {
    return locked(() -> new Observation(world).settings(netns, link, which));
  }

  /** The links of a namespace by index; none when it is gone. */
  public List<Link> links(Netns netns) {
    return locked(() ->
        world.find(netns).stream()
            .flatMap(n -> world.linksOf(n).stream())
            .map(world::describe)
            .toList());
  }

  /** One link. */
  public Optional<Link> link(Netns netns, IfName name) {
    return links(netns).stream().filter(link -> link.name().equals(name)).findFirst();
  }

  /** The addresses of a link, in the order they were given; none when it is absent. */
  public List<Cidr> addresses(Netns netns, IfName name) {
    return locked(() ->
        world
            .find(netns)
            .flatMap(n -> world.find(n, name))
            .map(link -> List.copyOf(link.addresses))
            .orElse(List.of()));
  }

  /** The value of a sysctl; empty when there is no such file. */
  public Optional<String> sysctl(Netns netns, String key) {
    return locked(
        () -> world.find(netns).flatMap(n -> LinkState.sysctl(world, n, SysctlKey.parse(key))));
  }

  /** The masquerading rules, sorted. */
  public List<Masquerade> masquerades() {
    return locked(() -> List.copyOf(world.masquerades));
  }

  /**
   * The whole state as text: equal states, equal text. One block per namespace, {@code host} first,
   * then {@code netns PATH} by path; within it, each indented by two and sorted by name or text:
   *
   * <pre>
   * link NAME SHAPE up|down mtu N [mac M] [promisc] [allmulti] [txqlen N] [group N] [PORT]
   *   address IP/PREFIX
   * route DST [via GW] dev NAME [metric N] [mtu N] [advmss N] [table N]
   * sysctl KEY = VALUE
   * masquerade NETWORK SUBNET
   * translate SUBNET
   * guard PORT MAC IP/PREFIX …
   *
   * SHAPE  loopback | device pci ADDRESS | dummy | veth peer NAME | bridge [vlan_filtering]
   *        | macvlan parent NAME mode MODE [bcqueuelen N] | vlan parent NAME id N
   *        | tun [multi_queue] [owner UID] [gid GID]
   * PORT   master BRIDGE [hairpin] [isolated] [pvid N vlans [N, …]]
   * </pre>
   *
   * <p>Left out, because they are the kernel's own affair or differ from run to run: indexes and
   * cookies, the MAC of bridges, the addresses of loopback, link-local addresses and their routes,
   * tables local and default, route scope, protocol and source, the aliases of lent devices, the
   * forwarding switch of each link, which follows that of its namespace. {@code txqlen} stands
   * there unless it is 1000, {@code group} unless 0, {@code metric} unless it is what the kernel
   * takes by itself (IPv4 0; IPv6 256 for its own routes, 1024 for others), a sysctl unless it has
   * its default, and VLANs only for ports of a bridge that filters them.
   */
  public String dump() {
    return locked(() -> Dump.all(world));
  }

  /**
   * The same without what networks share: bridges of the host and VLAN interfaces above them with
   * their addresses, routes and sysctls, the host's forwarding, masquerading, and of a VPC's
   * namespace all but ports and their guards.
   */
  public String dumpWithoutShared() {
    return locked(() -> Dump.withoutShared(world));
  }

  // locking

  private void change(Consumer<World> change) {
    changed(w -> {
      change.accept(w);
      return true;
    });
  }

  private <T> T changed(Function<World, T> change) {
    return locked(() -> {
      World attempt = world.copy();
      T result = change.apply(attempt);
      world = attempt;
      return result;
    });
  }

  private void lockedRun(Runnable work) {
    locked(() -> {
      work.run();
      return true;
    });
  }

  private <T> T locked(Supplier<T> work) {
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }
}

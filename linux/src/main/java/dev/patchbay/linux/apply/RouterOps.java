package dev.patchbay.linux.apply;

import dev.patchbay.core.nic.Addressing;
import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.LinkOp;
import dev.patchbay.core.plan.Performed;
import dev.patchbay.linux.libc.Errno;
import dev.patchbay.linux.libc.KernelException;
import dev.patchbay.linux.netlink.Answer;
import dev.patchbay.linux.netlink.Request;
import dev.patchbay.linux.netns.NamedNetns;
import dev.patchbay.linux.nftables.NftTable;
import dev.patchbay.linux.nftables.UplinkNat;
import dev.patchbay.linux.procfs.SysctlKey;
import dev.patchbay.linux.procfs.Sysctls;
import dev.patchbay.linux.rtnetlink.Address;
import dev.patchbay.linux.rtnetlink.Addresses;
import dev.patchbay.linux.rtnetlink.KernelLink;
import dev.patchbay.linux.rtnetlink.KernelRoute;
import dev.patchbay.linux.rtnetlink.LinkId;
import dev.patchbay.linux.rtnetlink.LinkKind;
import dev.patchbay.linux.rtnetlink.LinkSetting;
import dev.patchbay.linux.rtnetlink.Links;
import dev.patchbay.linux.rtnetlink.Routes;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** The namespace that a VPC has for itself, and its cable to the host. */
record RouterOps(Namespaces namespaces, Bindings bound) {
  /** The VPC's end of the cable. */
  static final IfName UPLINK = new IfName("uplink");

  /** Whose masquerading of uplinks on the host is. */
  static final String HOST_RULE = "patchbay-vpc";

  private static final IfName LOOPBACK = new IfName("lo");
  private static final SysctlKey FORWARD_V4 = SysctlKey.of("net", "ipv4", "ip_forward");
  private static final int RT_SCOPE_LINK = 253; // linux/rtnetlink.h
  private static final int MOST_TRIED = 4096;

  // several operations of one agent may want the same VPC; a node has one agent
  private static final ReentrantLock MAKING = new ReentrantLock();

  Performed ensureNetns(LinkOp.EnsureNetns op) throws IOException {
    if (namespaces.find(op.netns()).isEmpty()) {
      MAKING.lock();
      try {
        if (namespaces.find(op.netns()).isEmpty()) {
          make(Path.of(op.netns().path()));
        }
      } finally {
        MAKING.unlock();
      }
      OpenNetns made = namespaces.of(op.netns());
      made.socket().run(Links.set(LinkId.of(LOOPBACK), new LinkSetting.Up(true)));
    }
    return Performed.done();
  }

  private static void make(Path path) throws IOException {
    Path folder = path.getParent();
    Path name = path.getFileName();
    if (folder == null || name == null) {
      throw new IOException("\"" + path + "\" names no namespace");
    }
    if (Files.exists(path)) {
      NamedNetns.delete(folder, name.toString()); // a plain file that an earlier boot left
    }
    NamedNetns _ = NamedNetns.create(folder, name.toString());
  }

  Performed ensureUplink(LinkOp.EnsureUplink op) throws IOException {
    MAKING.lock();
    try {
      OpenNetns router = namespaces.of(op.router());
      OpenNetns host = namespaces.host();
      KernelLink inside = router.link(UPLINK).orElse(null);
      if (inside == null) {
        inside = cable(op, router, host);
      }
      connect(op, router, host, inside);
      return Performed.done();
    } finally {
      MAKING.unlock();
    }
  }

  /** What a namespace that has just died left behind goes by itself, but not at once. */
  private static KernelLink cable(LinkOp.EnsureUplink op, OpenNetns router, OpenNetns host)
      throws IOException {
    var peer = List.<LinkSetting>of(new LinkSetting.IntoNetns(router.handle()));
    var add =
        Links.add(op.host(), new LinkKind.Veth(UPLINK, peer), List.of(new LinkSetting.Up(true)));
    Answer answer = host.socket().send(List.of(add)).getFirst();
    if (answer instanceof Answer.Refused(var errno, _, _) && errno.equals(Errno.EEXIST)) {
      List<Answer> _ = host.socket().send(List.of(Links.delete(LinkId.of(op.host()))));
      answer = host.socket().send(List.of(add)).getFirst();
    }
    answer.orThrow(add.what());
    Sysctls.ensure(host.handle(), Map.of(BridgeOps.acceptRa(op.host()), "0"));
    return router.require(UPLINK, "look up");
  }

  private void connect(LinkOp.EnsureUplink op, OpenNetns router, OpenNetns host, KernelLink inside)
      throws IOException {
    int outside = host.require(op.host(), "connect").index();
    InetAddress gateway = nth(op.pool(), 1);
    Cidr own = address(op, router, host, inside, outside);
    ensure(host, Address.on(outside, Cidr.host(gateway)));
    ensure(router, Address.on(inside.index(), own));
    var nat = new UplinkNat(UPLINK);
    nat.close(router.handle(), own.address());
    for (Addressing.Ip ip : op.addresses().in(bound).ips()) {
      if (ip.address().isV4()) {
        nat.translate(router.handle(), ip.address());
      }
    }
    router.socket().run(Links.set(inside.id(), new LinkSetting.Up(true)));
    ensure(
        router,
        KernelRoute.to(Cidr.host(gateway)).dev(inside.index()).scope(RT_SCOPE_LINK).build());
    ensure(
        router, KernelRoute.to(Cidr.parse("0.0.0.0/0")).via(gateway).dev(inside.index()).build());
    Sysctls.ensure(host.handle(), Map.of(FORWARD_V4, "1"));
    Sysctls.ensure(router.handle(), Map.of(FORWARD_V4, "1"));
    try (NftTable table = NftTable.open(host.handle())) {
      table.ensureMasquerade(HOST_RULE, op.pool());
    }
  }

  /**
   * The VPC's address of the pool: the one it has, else the first that nobody has. The host's route
   * to it is what reserves it.
   */
  private static Cidr address(
      LinkOp.EnsureUplink op, OpenNetns router, OpenNetns host, KernelLink inside, int outside)
      throws IOException {
    Optional<Cidr> has =
        router.socket().addresses(inside.index()).stream()
            .map(Address::cidr)
            .filter(cidr -> op.pool().contains(cidr.address()))
            .findFirst();
    Optional<Cidr> reserved =
        host.socket().routes(KernelRoute.MAIN).stream()
            .filter(route -> route.link().orElse(0) == outside)
            .map(KernelRoute::destination)
            .filter(cidr -> op.pool().contains(cidr.address()))
            .findFirst();
    if (reserved.isPresent()) {
      return reserved.get();
    }
    if (has.isPresent()) {
      ensure(host, KernelRoute.to(has.get()).dev(outside).scope(RT_SCOPE_LINK).build());
      return has.get();
    }
    return reserve(op, host, outside);
  }

  private static Cidr reserve(LinkOp.EnsureUplink op, OpenNetns host, int outside)
      throws IOException {
    // the first address is every uplink's gateway
    long room = Math.min(MOST_TRIED, (1L << (32 - op.pool().prefix())) - 2);
    for (int n = 2; n <= room; n++) {
      Cidr candidate = Cidr.host(nth(op.pool(), n));
      var add = Routes.add(KernelRoute.to(candidate).dev(outside).scope(RT_SCOPE_LINK).build());
      Answer answer = host.socket().send(List.of(add)).getFirst();
      if (!(answer instanceof Answer.Refused(var errno, _, _)) || !errno.equals(Errno.EEXIST)) {
        answer.orThrow(add.what());
        return candidate;
      }
    }
    throw new Refusal(new AttachFailure.PoolExhausted("uplinks", op.pool().toString()));
  }

  private static InetAddress nth(Cidr pool, int n) {
    byte[] first = pool.network().address().getAddress();
    long number = new BigInteger(1, first).longValue() + n;
    for (int i = first.length - 1; i >= 0; i--) {
      first[i] = (byte) number;
      number >>= 8;
    }
    try {
      return InetAddress.getByAddress(first);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 bytes are always an address", e);
    }
  }

  private static void ensure(OpenNetns netns, Address address) throws IOException {
    settle(netns, Addresses.add(address));
  }

  private static void ensure(OpenNetns netns, KernelRoute route) throws IOException {
    settle(netns, Routes.add(route));
  }

  private static void settle(OpenNetns netns, Request add) throws IOException {
    if (netns.socket().send(List.of(add)).getFirst() instanceof Answer.Refused refused
        && !refused.errno().equals(Errno.EEXIST)) {
      throw new KernelException(add.what(), refused.errno(), refused.extAck().orElse(""));
    }
  }
}

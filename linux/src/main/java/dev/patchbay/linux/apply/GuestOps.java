package dev.patchbay.linux.apply;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.HandedOver;
import dev.patchbay.core.plan.LinkOp;
import dev.patchbay.core.plan.Performed;
import dev.patchbay.linux.libc.Errno;
import dev.patchbay.linux.libc.KernelException;
import dev.patchbay.linux.netlink.Answer;
import dev.patchbay.linux.netlink.Request;
import dev.patchbay.linux.procfs.SysctlKey;
import dev.patchbay.linux.procfs.Sysctls;
import dev.patchbay.linux.rtnetlink.Address;
import dev.patchbay.linux.rtnetlink.Addresses;
import dev.patchbay.linux.rtnetlink.FrameMatch;
import dev.patchbay.linux.rtnetlink.IngressFilters;
import dev.patchbay.linux.rtnetlink.KernelLink;
import dev.patchbay.linux.rtnetlink.LinkId;
import dev.patchbay.linux.rtnetlink.LinkSetting;
import dev.patchbay.linux.rtnetlink.Links;
import dev.patchbay.linux.rtnetlink.Tap;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/** NICs that virtual machines get, and what is left of them in the namespace. */
record GuestOps(Namespaces namespaces, Bindings bound) {
  private static final int OURS_ALONE = 1; // priority of what does not go on
  private static final int ALL = 10;
  private static final String GENERATION = "addr_gen_mode";
  private static final String ADVERTISEMENTS = "accept_ra";
  private static final String NO_ADDRESS = "1"; // linux/if_link.h, IN6_ADDR_GEN_MODE_NONE

  Performed handOver(LinkOp.HandOver op) throws IOException {
    OpenNetns pod = namespaces.of(op.netns());
    KernelLink nic = pod.require(op.nic(), "hand over");
    MacAddress mac = mac(nic);
    if (pod.socket().hasFilters(nic.index())) {
      throw new Refusal(
          new AttachFailure.InvalidField(
              "interface",
              op.nic().value(),
              "interface " + op.nic() + " in " + op.netns() + " has filters of somebody else's",
              "leave out the plugin that puts an ingress or clsact qdisc on it"));
    }
    create(pod, op);
    try {
      KernelLink tap = prepared(pod, op.tap(), nic);
      redirect(pod, nic, tap, isAddressed(pod, nic));
      Map<String, String> formerly = text(quieten(pod, nic, mac));
      return Performed.yielding(op.handed(), new HandedOver(mac, nic.mtu(), tap.index(), formerly));
    } catch (IOException e) {
      takeTap(pod, op.tap());
      throw e;
    }
  }

  private static void create(OpenNetns pod, LinkOp.HandOver op) throws IOException {
    try {
      new Tap(op.tap(), OptionalInt.of(op.owner()), OptionalInt.empty(), false, true)
          .create(pod.handle());
    } catch (KernelException e) {
      if (e.errno().equals(Errno.EBUSY) && pod.link(op.tap()).isPresent()) {
        throw new Refusal(new AttachFailure.LinkExists(op.tap(), op.netns().toString()));
      }
      throw e;
    }
  }

  /** A tap without addresses of its own, as long as the NIC's frames. */
  private static KernelLink prepared(OpenNetns pod, IfName name, KernelLink nic)
      throws IOException {
    Sysctls.ensure(pod.handle(), Map.of(ipv6(name, "disable_ipv6"), "1"));
    var mtu = new LinkSetting.Mtu(nic.mtu());
    pod.socket().run(Links.set(LinkId.of(name), mtu, new LinkSetting.Up(true)));
    return pod.require(name, "hand over to");
  }

  /** Whether the guest has its addresses from us, and not from whoever is on that network. */
  private static boolean isAddressed(OpenNetns pod, KernelLink nic) throws IOException {
    return pod.socket().addresses(nic.index()).stream()
        .anyMatch(one -> one.cidr().isV4() || !one.cidr().address().isLinkLocalAddress());
  }

  private static void redirect(OpenNetns pod, KernelLink nic, KernelLink tap, boolean ours)
      throws IOException {
    int inside = tap.index();
    int outside = nic.index();
    var all =
        new AllOrNothing()
            .add(IngressFilters.enable(outside), IngressFilters.disable(outside))
            .add(IngressFilters.enable(inside));
    if (ours) {
      // what passes meets a stack that ignores it: no IP on the tap, no router for the NIC
      int priority = OURS_ALONE;
      all.add(IngressFilters.pass(inside, priority++, FrameMatch.DHCP));
      all.add(IngressFilters.pass(inside, priority++, FrameMatch.DHCPV6));
      all.add(IngressFilters.pass(inside, priority++, FrameMatch.ROUTER_SOLICITATION));
      all.add(IngressFilters.pass(inside, priority, FrameMatch.ROUTER_ADVERTISEMENT));
      all.add(IngressFilters.pass(outside, OURS_ALONE, FrameMatch.ROUTER_ADVERTISEMENT));
    }
    all.add(IngressFilters.redirect(inside, ALL, FrameMatch.ANY, outside))
        .add(IngressFilters.redirect(outside, ALL, FrameMatch.ANY, inside))
        .send(pod.socket());
  }

  /** The kernel no longer makes an address of the guest's, nor looks for routers with it. */
  private static Map<SysctlKey, String> quieten(OpenNetns pod, KernelLink nic, MacAddress mac)
      throws IOException {
    Map<SysctlKey, String> wanted = new LinkedHashMap<>();
    wanted.put(ipv6(nic.name(), GENERATION), NO_ADDRESS);
    wanted.put(ipv6(nic.name(), ADVERTISEMENTS), "0");
    Map<SysctlKey, String> before;
    try {
      before = Sysctls.ensure(pod.handle(), wanted);
      List<Request> deletes =
          pod.socket().addresses(nic.index()).stream()
              .filter(one -> isTheKernels(one, mac))
              .map(Addresses::delete)
              .toList();
      List<Answer> _ = deletes.isEmpty() ? List.<Answer>of() : pod.socket().send(deletes);
    } catch (IOException e) {
      List<Answer> _ = pod.socket().send(List.of(IngressFilters.disable(nic.index())));
      throw e;
    }
    return before;
  }

  /** A link-local address that the kernel made from the Ethernet address or from its secret. */
  private static boolean isTheKernels(Address address, MacAddress mac) {
    byte[] ip = address.cidr().address().getAddress();
    return address.cidr().address().isLinkLocalAddress()
        && !address.cidr().isV4()
        && (address.isStablePrivacy() || isOf(ip, mac.bytes()));
  }

  /** RFC 4291, appendix A. */
  private static boolean isOf(byte[] ip, byte[] mac) {
    byte[] id = {
      (byte) (mac[0] ^ 2), mac[1], mac[2], (byte) 0xff, (byte) 0xfe, mac[3], mac[4], mac[5]
    };
    return Arrays.equals(ip, 8, 16, id, 0, 8);
  }

  Performed takeBack(LinkOp.TakeBack op) throws IOException {
    Optional<OpenNetns> pod = namespaces.find(op.netns());
    if (pod.isPresent()) {
      Optional<KernelLink> nic = pod.get().link(op.nic());
      if (nic.isPresent()) {
        release(pod.get(), nic.get(), op);
      }
      // last, since by its number we know whose redirection it is
      takeTap(pod.get(), op.tap());
    }
    return Performed.done();
  }

  private void release(OpenNetns pod, KernelLink nic, LinkOp.TakeBack op) throws IOException {
    Optional<HandedOver> handed = bound.handedOver(op.handed());
    OptionalInt to = pod.socket().redirection(nic.index());
    if (to.isPresent() && isOurs(to.getAsInt(), tap(pod, op.tap()), handed)) {
      pod.socket().run(IngressFilters.disable(nic.index()));
    }
    Map<SysctlKey, String> was = new LinkedHashMap<>();
    if (handed.isPresent()) {
      handed.get().formerly().forEach((key, value) -> was.put(SysctlKey.parse(key), value));
    } else {
      for (String leaf : List.of(ADVERTISEMENTS, GENERATION)) {
        SysctlKey common = SysctlKey.of("net", "ipv6", "conf", "default", leaf);
        Sysctls.readIfThere(pod.handle(), common)
            .ifPresent(value -> was.put(ipv6(nic.name(), leaf), value));
      }
    }
    // written by sysctl, and not by netlink, the kernel makes its link-local address anew
    Map<SysctlKey, String> _ = Sysctls.ensure(pod.handle(), was);
  }

  /** A tap that is gone has left number 0 behind. */
  private static boolean isOurs(int target, Optional<KernelLink> tap, Optional<HandedOver> handed) {
    return target == 0
        || tap.filter(link -> link.index() == target).isPresent()
        || handed.filter(nic -> nic.tapIndex() == target).isPresent();
  }

  private static Optional<KernelLink> tap(OpenNetns pod, IfName name) throws IOException {
    return pod.link(name).filter(link -> link.kind().equals("tun"));
  }

  private static void takeTap(OpenNetns pod, IfName name) throws IOException {
    Optional<KernelLink> tap = tap(pod, name);
    if (tap.isPresent()) {
      Request delete = Links.delete(tap.get().id());
      Answer answer = pod.socket().send(List.of(delete)).getFirst();
      if (!(answer instanceof Answer.Refused refused && refused.errno().equals(Errno.ENODEV))) {
        answer.orThrow(delete.what());
      }
    }
  }

  private static MacAddress mac(KernelLink nic) throws IOException {
    return nic.address()
        .orElseThrow(() ->
            new Refusal(
                new AttachFailure.InvalidField(
                    "interface",
                    nic.name().value(),
                    "interface " + nic.name() + " has no Ethernet address",
                    "a virtual machine takes Ethernet NICs only")));
  }

  private static SysctlKey ipv6(IfName link, String leaf) {
    return SysctlKey.of("net", "ipv6", "conf", link.value(), leaf);
  }

  private static Map<String, String> text(Map<SysctlKey, String> values) {
    Map<String, String> text = new TreeMap<>();
    values.forEach((key, value) -> text.put(key.toString(), value));
    return text;
  }
}

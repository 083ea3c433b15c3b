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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** NICs that virtual machines get, and what is left of them in the namespace. */
record GuestOps(Namespaces namespaces, Bindings bound) {
  private static final int OURS_ALONE = 1; // priority of what does not go on
  private static final int ALL = 10;

  /** What keeps the kernel from speaking with the guest's address; by the last parts of a key. */
  private static final Map<String, String> QUIET =
      Map.of(
          "ipv4/arp_notify", "0",
          "ipv6/ndisc_notify", "0",
          "ipv6/accept_dad", "0",
          "ipv6/accept_ra", "0",
          "ipv6/addr_gen_mode", "1"); // linux/if_link.h, IN6_ADDR_GEN_MODE_NONE

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
      Map<String, String> formerly = loud(pod, nic);
      KernelLink tap = prepared(pod, op.tap(), nic, formerly);
      redirect(pod, nic, tap, isAddressed(pod, nic));
      quieten(pod, nic, mac, formerly.keySet());
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

  /** The settings that have to change, by their last parts, as they are. */
  private static Map<String, String> loud(OpenNetns pod, KernelLink nic) throws IOException {
    Map<SysctlKey, String> there =
        Sysctls.readPresent(
            pod.handle(),
            QUIET.keySet().stream().map(leaf -> key(nic, leaf)).collect(Collectors.toSet()));
    Map<String, String> loud = new TreeMap<>();
    QUIET.forEach((leaf, quiet) ->
        Optional.ofNullable(there.get(key(nic, leaf)))
            .filter(value -> !value.equals(quiet))
            .ifPresent(value -> loud.put(leaf, value)));
    return loud;
  }

  /**
   * A tap without addresses of its own, as long as the NIC's frames, that remembers the NIC's
   * settings: an agent that dies before it has told the journal finds them here.
   */
  private static KernelLink prepared(
      OpenNetns pod, IfName name, KernelLink nic, Map<String, String> formerly) throws IOException {
    SysctlKey silent = SysctlKey.of("net", "ipv6", "conf", name.value(), "disable_ipv6");
    Sysctls.ensure(pod.handle(), Map.of(silent, "1"));
    String note =
        formerly.entrySet().stream()
            .map(setting -> setting.getKey() + "=" + setting.getValue())
            .collect(Collectors.joining(" "));
    List<LinkSetting> settings = new ArrayList<>();
    settings.add(new LinkSetting.Mtu(nic.mtu()));
    settings.add(new LinkSetting.Alias(note));
    settings.add(new LinkSetting.Up(true));
    pod.socket().run(Links.set(LinkId.of(name), settings));
    return pod.require(name, "hand over to");
  }

  private static Map<String, String> remembered(KernelLink tap) {
    Map<String, String> formerly = new TreeMap<>();
    for (String setting : tap.alias().orElse("").split(" ", -1)) {
      int equals = setting.indexOf('=');
      if (equals > 0 && QUIET.containsKey(setting.substring(0, equals))) {
        formerly.put(setting.substring(0, equals), setting.substring(equals + 1));
      }
    }
    return formerly;
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

  private static void quieten(OpenNetns pod, KernelLink nic, MacAddress mac, Set<String> loud)
      throws IOException {
    Map<SysctlKey, String> wanted = new LinkedHashMap<>();
    loud.forEach(leaf -> wanted.put(key(nic, leaf), QUIET.getOrDefault(leaf, "")));
    try {
      Map<SysctlKey, String> _ = Sysctls.ensure(pod.handle(), wanted);
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
    Optional<KernelLink> tap = tap(pod, op.tap());
    OptionalInt to = pod.socket().redirection(nic.index());
    if (to.isPresent() && isOurs(to.getAsInt(), tap, handed)) {
      pod.socket().run(IngressFilters.disable(nic.index()));
    }
    Map<String, String> formerly =
        handed.map(HandedOver::formerly).or(() -> tap.map(GuestOps::remembered)).orElse(Map.of());
    Map<SysctlKey, String> was = new LinkedHashMap<>();
    formerly.forEach((leaf, value) -> was.put(key(nic, leaf), value));
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

  private static SysctlKey key(KernelLink nic, String leaf) {
    List<String> parts = List.of(leaf.split("/", -1));
    return SysctlKey.of("net", parts.getFirst(), "conf", nic.name().value(), parts.getLast());
  }
}

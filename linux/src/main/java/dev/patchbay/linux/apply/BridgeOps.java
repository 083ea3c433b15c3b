package dev.patchbay.linux.apply;

import dev.patchbay.core.nic.Addressing;
import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.VlanRange;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.Link;
import dev.patchbay.core.plan.LinkOp;
import dev.patchbay.core.plan.Performed;
import dev.patchbay.core.plan.Ref;
import dev.patchbay.linux.libc.Errno;
import dev.patchbay.linux.libc.KernelException;
import dev.patchbay.linux.netlink.Answer;
import dev.patchbay.linux.procfs.SysctlKey;
import dev.patchbay.linux.procfs.Sysctls;
import dev.patchbay.linux.rtnetlink.Address;
import dev.patchbay.linux.rtnetlink.Addresses;
import dev.patchbay.linux.rtnetlink.BridgeSetting;
import dev.patchbay.linux.rtnetlink.BridgeVlan;
import dev.patchbay.linux.rtnetlink.KernelLink;
import dev.patchbay.linux.rtnetlink.LinkId;
import dev.patchbay.linux.rtnetlink.LinkKind;
import dev.patchbay.linux.rtnetlink.LinkSetting;
import dev.patchbay.linux.rtnetlink.Links;
import dev.patchbay.linux.rtnetlink.PortSetting;
import dev.patchbay.linux.rtnetlink.RouteSocket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** The bridge, its gateway addresses, and its ports' settings. */
record BridgeOps(Namespaces namespaces, Bindings bound) {
  private static final int DEFAULT_VLAN = 1;

  Performed ensure(LinkOp.EnsureBridge op) throws IOException {
    OpenNetns host = namespaces.of(op.at());
    KernelLink there = host.link(op.bridge()).orElse(null);
    KernelLink bridge = there == null ? make(host, op) : there;
    if (!bridge.kind().equals("bridge")) {
      throw new Refusal(noBridge(op.bridge(), bridge.kind()));
    }
    List<LinkSetting> changed = new ArrayList<>();
    if (!bridge.isUp()) {
      changed.add(new LinkSetting.Up(true));
    }
    if (op.promisc() && !bridge.isPromiscuous()) {
      changed.add(new LinkSetting.Promiscuous(true));
    }
    if (!changed.isEmpty()) {
      host.socket().run(Links.set(bridge.id(), changed));
    }
    return Performed.yielding(op.made(), host.describe(bridge));
  }

  private static AttachFailure noBridge(IfName name, String kind) {
    return new AttachFailure.InvalidField(
        "bridge",
        name.value(),
        "\""
            + name
            + "\" is there already, but is a "
            + (kind.isEmpty() ? "device" : kind)
            + " and no bridge",
        "choose another name for the bridge");
  }

  private static KernelLink make(OpenNetns host, LinkOp.EnsureBridge op) throws IOException {
    List<LinkSetting> settings = new ArrayList<>();
    // An address of its own stays; otherwise the bridge takes the lowest of its ports', and pods
    // would see their gateway's address change as ports come and go.
    settings.add(new LinkSetting.Mac(randomMac()));
    op.mtu().ifPresent(mtu -> settings.add(new LinkSetting.Mtu(mtu)));
    settings.add(new LinkSetting.Up(true));
    if (op.promisc()) {
      settings.add(new LinkSetting.Promiscuous(true));
    }
    LinkKind kind =
        op.vlanFiltering()
            ? new LinkKind.Bridge(new BridgeSetting.VlanFiltering(true))
            : new LinkKind.Bridge();
    var add = Links.add(op.bridge(), kind, settings);
    var get = Links.get(LinkId.of(op.bridge()));
    List<Answer> answers = host.socket().send(List.of(add, get));
    boolean raced =
        answers.getFirst() instanceof Answer.Refused(var errno, _, _) && errno.equals(Errno.EEXIST);
    if (!raced) {
      answers.getFirst().orThrow(add.what());
      Sysctls.ensure(host.handle(), Map.of(acceptRa(op.bridge()), "0"));
    }
    return RouteSocket.linkOf(answers.get(1).orThrow(get.what()));
  }

  private static MacAddress randomMac() {
    byte[] bytes = new byte[6];
    ThreadLocalRandom.current().nextBytes(bytes);
    bytes[0] = (byte) ((bytes[0] & 0xfc) | 0x02); // locally administered, unicast
    return MacAddress.of(bytes);
  }

  /** The host's end of anything of ours takes no address or route from routers in the pods. */
  static SysctlKey acceptRa(IfName link) {
    return SysctlKey.of("net", "ipv6", "conf", link.value(), "accept_ra");
  }

  private Link boundLink(Ref<Link> ref, String doing) throws KernelException {
    return bound.link(ref).orElseThrow(() -> new KernelException(doing + ref, Errno.ENODEV));
  }

  Performed ensureGateway(LinkOp.EnsureGateway op) throws IOException {
    Link bridge = boundLink(op.bridge(), "set the gateway on ");
    OpenNetns host = namespaces.of(bridge.netns());
    int link =
        op.vlan().isPresent() ? vlan(host, bridge, op.vlan().getAsInt()).index() : bridge.index();
    boolean added = false;
    for (Addressing.Ip ip : op.addresses().in(bound).ips()) {
      if (ip.gateway().isPresent()) {
        Cidr wanted = new Cidr(ip.gateway().get(), ip.address().prefix());
        added |= ensureAddress(host, bridge.name(), link, wanted, op.force());
      }
    }
    if (added && op.vlan().isEmpty()) {
      // set to what it is, it stays: pods remember it as their gateway's
      host.socket().run(Links.set(LinkId.of(link), new LinkSetting.Mac(bridge.mac())));
    }
    return Performed.done();
  }

  private static boolean ensureAddress(
      OpenNetns host, IfName bridge, int link, Cidr wanted, boolean force) throws IOException {
    List<Address> there = host.socket().addresses(link);
    if (there.stream().anyMatch(own -> own.cidr().equals(wanted))) {
      return false;
    }
    List<Address> overlapping =
        there.stream()
            .filter(own ->
                own.cidr().contains(wanted.address()) || wanted.contains(own.cidr().address()))
            .toList();
    if (!overlapping.isEmpty() && !force) {
      throw new Refusal(
          new AttachFailure.InvalidField(
              "gateway",
              wanted.toString(),
              "\""
                  + bridge
                  + "\" has address "
                  + overlapping.getFirst().cidr()
                  + " already, not "
                  + wanted,
              "set forceAddress, or remove that address"));
    }
    var change = new AllOrNothing();
    for (Address own : overlapping) {
      change.addUnless(Errno.EADDRNOTAVAIL, Addresses.delete(own));
    }
    change.addUnless(Errno.EEXIST, Addresses.add(Address.on(link, wanted).withBroadcast()));
    change.send(host.socket());
    return true;
  }

  /** The VLAN's interface above the bridge, which itself takes part in the VLAN for that. */
  private static KernelLink vlan(OpenNetns host, Link bridge, int id) throws IOException {
    IfName name = vlanName(bridge.name(), id);
    KernelLink there = host.link(name).orElse(null);
    if (there == null) {
      var kind = new LinkKind.Vlan(bridge.index(), id, LinkKind.VlanProtocol.DOT1Q);
      var add = Links.add(name, kind, new LinkSetting.Up(true));
      if (host.socket().send(List.of(add)).getFirst() instanceof Answer.Refused refused
          && !refused.errno().equals(Errno.EEXIST)) {
        refused.orThrow(add.what());
      }
      there = host.require(name, "look up");
    }
    boolean ours = there.vlanId().orElse(0) == id && there.parent().orElse(0) == bridge.index();
    if (!ours) {
      throw new Refusal(new AttachFailure.LinkExists(name, host.netns().toString()));
    }
    var change = new AllOrNothing();
    change.add(Links.addBridgeVlan(bridge.index(), BridgeVlan.tagged(id)));
    change.add(Links.set(there.id(), new LinkSetting.Up(true)));
    change.send(host.socket());
    return there;
  }

  private static IfName vlanName(IfName bridge, int id) throws Refusal {
    String text = bridge + "." + id;
    try {
      return new IfName(text);
    } catch (IllegalArgumentException e) {
      var refusal =
          new Refusal(
              new AttachFailure.InvalidField(
                  "vlan",
                  String.valueOf(id),
                  "interface name \"" + text + "\" of the VLAN above the bridge is too long",
                  "take a shorter bridge name"));
      refusal.initCause(e);
      throw refusal;
    }
  }

  Performed setPort(LinkOp.SetPort op) throws IOException {
    Link bound = boundLink(op.port(), "set port ");
    OpenNetns host = namespaces.of(bound.netns());
    int port = bound.index();
    KernelLink before =
        host.link(port)
            .orElseThrow(() -> new KernelException("set port " + op.port(), Errno.ENODEV));
    var change = new AllOrNothing();
    change.add(
        Links.setPort(
            before.id(),
            new PortSetting.Hairpin(op.hairpin()),
            new PortSetting.Isolated(op.isolated())),
        Links.setPort(
            before.id(),
            new PortSetting.Hairpin(before.isHairpin()),
            new PortSetting.Isolated(before.isIsolated())));
    if (op.vlan().isPresent() || !op.trunk().isEmpty()) {
      vlans(change, port, op);
    }
    change.send(host.socket());
    return Performed.done();
  }

  private static void vlans(AllOrNothing change, int port, LinkOp.SetPort op) {
    if (!op.keepDefaultVlan()) {
      BridgeVlan byDefault = BridgeVlan.access(DEFAULT_VLAN);
      // a bridge whose default_pvid was changed has not given it to the port
      change.addUnless(Errno.ENOENT, Links.deletePortVlan(port, byDefault));
    }
    for (VlanRange range : op.trunk()) {
      BridgeVlan tagged = new BridgeVlan(range.first(), range.last(), false, false);
      change.add(Links.addPortVlan(port, tagged), Links.deletePortVlan(port, tagged));
    }
    if (op.vlan().isPresent()) {
      BridgeVlan access = BridgeVlan.access(op.vlan().getAsInt());
      change.add(Links.addPortVlan(port, access), Links.deletePortVlan(port, access));
    }
  }
}

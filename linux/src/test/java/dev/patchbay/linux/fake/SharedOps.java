package dev.patchbay.linux.fake;

import dev.patchbay.core.nic.Addressing;
import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.LinkOp;
import dev.patchbay.core.plan.Performed;
import dev.patchbay.linux.libc.Errno;
import java.util.List;

/** Objects that networks share: ensured, never undone. */
record SharedOps(World world, Bindings bound) {
  Performed ensureBridge(LinkOp.EnsureBridge op) {
    FakeNetns host = world.netns(op.at());
    FakeLink bridge =
        world
            .find(host, op.bridge())
            .orElseGet(() -> {
              var shape = new LinkShape.Bridge(op.vlanFiltering());
              int mtu = op.mtu().orElse(World.ETHERNET_MTU);
              FakeLink made = world.add(host, shape, op.bridge(), nextMac(), mtu);
              LinkState.setSysctl(world, made, "ipv6", "accept_ra", "0");
              return made;
            });
    if (!(bridge.shape instanceof LinkShape.Bridge)) {
      String kind = bridge.shape.kind().isEmpty() ? "device" : bridge.shape.kind();
      throw new Refusal(
          new AttachFailure.InvalidField(
              "bridge",
              op.bridge().value(),
              "\"" + op.bridge() + "\" is there already, but is a " + kind + " and no bridge",
              "choose another name for the bridge"));
    }
    LinkState.up(world, bridge);
    bridge.promisc |= op.promisc();
    return Performed.yielding(op.made(), world.describe(bridge));
  }

  /** A bridge of the real kernel takes a random address; here it is the next of a row. */
  private MacAddress nextMac() {
    return new MacAddress(
        "02:fa:ce:00:%02x:%02x".formatted(world.idAhead(0) >> 8 & 0xff, world.idAhead(0) & 0xff));
  }

  Performed ensureGateway(LinkOp.EnsureGateway op) {
    FakeLink bridge =
        bound
            .link(op.bridge())
            .flatMap(world::find)
            .orElseThrow(() -> Refusal.kernel("set gateway on " + op.bridge(), Errno.ENODEV, ""));
    FakeLink link = op.vlan().isPresent() ? vlan(bridge, op.vlan().getAsInt()) : bridge;
    for (Addressing.Ip ip : op.addresses().in(bound).ips()) {
      ip.gateway()
          .ifPresent(gw -> ensureAddress(link, new Cidr(gw, ip.address().prefix()), op.force()));
    }
    return Performed.done();
  }

  private FakeLink vlan(FakeLink bridge, int id) {
    FakeNetns host = world.host();
    String text = bridge.name + "." + id;
    if (text.length() > IfName.MAX_BYTES) {
      throw new Refusal(
          new AttachFailure.InvalidField(
              "vlan",
              String.valueOf(id),
              "interface name \"" + text + "\" of the VLAN above the bridge is too long",
              "take a shorter bridge name"));
    }
    IfName name = new IfName(text);
    var shape = new LinkShape.Vlan(bridge.id, id);
    FakeLink vlan =
        world
            .find(host, name)
            .orElseGet(() -> world.add(host, shape, name, bridge.mac, bridge.mtu));
    if (!vlan.shape.equals(shape)) {
      throw new Refusal(new AttachFailure.LinkExists(name, host.handle().toString()));
    }
    LinkState.up(world, vlan);
    return vlan;
  }

  private void ensureAddress(FakeLink link, Cidr wanted, boolean force) {
    if (link.addresses.contains(wanted)) {
      return;
    }
    List<Cidr> overlapping =
        link.addresses.stream()
            .filter(own -> own.contains(wanted.address()) || wanted.contains(own.address()))
            .toList();
    if (!overlapping.isEmpty() && !force) {
      throw new Refusal(
          new AttachFailure.InvalidField(
              "gateway",
              wanted.toString(),
              "\""
                  + link.name
                  + "\" has address "
                  + overlapping.getFirst()
                  + " already, not "
                  + wanted,
              "set forceAddress, or remove that address"));
    }
    overlapping.forEach(own -> LinkState.removeAddress(world, link, own));
    LinkState.addAddress(world, link, wanted);
  }

  Performed ensureForwarding(LinkOp.EnsureForwarding op) {
    for (Addressing.Ip ip : op.addresses().in(bound).ips()) {
      String key = ip.address().isV4() ? Dump.FORWARD_V4 : Dump.FORWARD_V6;
      LinkState.setSysctl(world, world.netns(op.at()), SysctlKey.parse(key), "1");
    }
    return Performed.done();
  }

  Performed ensureMasquerade(LinkOp.EnsureMasquerade op) {
    for (Addressing.Ip ip : op.addresses().in(bound).ips()) {
      world.masquerades.add(new Masquerade(op.network(), ip.address().network()));
    }
    return Performed.done();
  }
}

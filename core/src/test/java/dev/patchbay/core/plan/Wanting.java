package dev.patchbay.core.plan;

import dev.patchbay.core.nic.AddressRange;
import dev.patchbay.core.nic.Addressing;
import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.DeviceSelector;
import dev.patchbay.core.nic.Dns;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacvlanMode;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.nic.NicKind;
import dev.patchbay.core.nic.Origin;
import dev.patchbay.core.nic.Owner;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** What pods want and what a host has, in few words. */
final class Wanting {
  static final Netns POD = new Netns("/run/netns/pod", 42);
  static final IfName ETH0 = new IfName("eth0");
  static final OptionalInt NO = OptionalInt.empty();
  static final Attachment.Ipam NO_IPAM = new Attachment.Ipam.None();
  static final Sandbox SANDBOX =
      new Sandbox(new Owner.Pod("uid"), "c1", POD, "K8S_POD_NAME=web", List.of("/opt/cni/bin"));
  static final HostView HOST =
      new HostView(
          Map.of(ETH0, new HostView.HostLink(ETH0, "", 1500)), Optional.of(ETH0), List.of());

  private Wanting() {}

  static Attachment nic(String ifName, Attachment.Member... chain) {
    return new Attachment(
        new IfName(ifName),
        "blue",
        "1.1.0",
        new Origin("npwg", "annotation", "blue"),
        List.of(chain));
  }

  static Attachment.Member.Native made(NicKind kind, Attachment.Ipam ipam) {
    return new Attachment.Member.Native(kind, ipam, Optional.empty(), Optional.empty());
  }

  static Attachment.Member.Exec plugin(String type) {
    return new Attachment.Member.Exec(type, "{\"type\":\"" + type + "\"}");
  }

  static Attachment.Member.Tuning tuning() {
    return new Attachment.Member.Tuning(
        new LinkSettings(
            Map.of(),
            Optional.empty(),
            OptionalInt.of(1400),
            Optional.empty(),
            Optional.empty(),
            NO));
  }

  static Attachment.Ipam hostLocal() {
    var range =
        new AddressRange(
            Cidr.parse("10.1.0.0/24"), Optional.empty(), Optional.empty(), Optional.empty());
    return new Attachment.Ipam.HostLocal(
        new LeaseOp.Pool(
            "blue", "/var/lib/cni/networks", List.of(List.of(range)), List.of(), Dns.NONE),
        List.of());
  }

  static Attachment.Ipam fixed(String... addresses) {
    return new Attachment.Ipam.Static(
        new Addressing(
            List.of(addresses).stream()
                .map(text -> new Addressing.Ip(Cidr.parse(text), Optional.empty()))
                .toList(),
            List.of(),
            Dns.NONE));
  }

  static Attachment.Ipam dhcp() {
    return new Attachment.Ipam.Exec("dhcp", "{\"type\":\"macvlan\",\"ipam\":{\"type\":\"dhcp\"}}");
  }

  /** A bridge with nothing switched on. */
  static NicKind.Bridge bridge() {
    return new NicKind.Bridge(
        new IfName("br0"),
        false,
        false,
        false,
        false,
        false,
        false,
        false,
        NO,
        NO,
        List.of(),
        true,
        false);
  }

  /** A bridge that is the gateway and masquerades. */
  static NicKind.Bridge gateway() {
    return new NicKind.Bridge(
        new IfName("br0"),
        true,
        true,
        false,
        true,
        false,
        false,
        false,
        NO,
        NO,
        List.of(),
        true,
        false);
  }

  static NicKind.Macvlan macvlan(Optional<IfName> parent, OptionalInt mtu, boolean parentInPod) {
    return new NicKind.Macvlan(parent, MacvlanMode.BRIDGE, mtu, parentInPod, NO);
  }

  static NicKind.HostDevice hostDevice(String name) {
    return new NicKind.HostDevice(new DeviceSelector.ByName(new IfName(name)));
  }

  static NicKind.Ptp ptp() {
    return new NicKind.Ptp(true, NO);
  }

  static NicKind.Tap tap() {
    return new NicKind.Tap(false, NO, NO, NO, Optional.empty());
  }
}

package dev.patchbay.agent.cases;

import dev.patchbay.cni.json.Fields;
import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.LinkOp;
import dev.patchbay.linux.fake.FakeKernel;
import java.util.List;
import java.util.Optional;

/**
 * What a host has before anything is attached.
 *
 * @param links its network cards and bridges
 * @param podLinks bridges that are in each pod's namespace already
 */
public record HostFile(List<HostLink> links, List<HostLink> podLinks) {
  private static final Cidr EVERYWHERE = Cidr.parse("0.0.0.0/0");

  /**
   * One link.
   *
   * @param name its name
   * @param mac its address
   * @param pci its bus address; empty for a bridge
   * @param up whether it is up
   * @param address its address
   * @param gateway where its default route leads
   */
  public record HostLink(
      IfName name,
      MacAddress mac,
      Optional<String> pci,
      boolean up,
      Optional<Cidr> address,
      Optional<String> gateway) {
    static HostLink read(Fields link) {
      return new HostLink(
          link.parsed("name", IfName::new).orElseThrow(),
          link.parsed("mac", MacAddress::new).orElseThrow(),
          link.filled("pci"),
          link.flag("up"),
          link.parsed("address", Cidr::parse),
          link.filled("gateway"));
    }

    private void build(FakeKernel kernel, Netns netns) {
      pci.ifPresentOrElse(
          bus -> kernel.addDevice(name, mac, bus), () -> kernel.addBridge(netns, name, mac));
      if (up) {
        kernel.execute(List.of(new LinkOp.SetUp(netns, name)), Bindings.NONE);
      }
      address.ifPresent(own -> kernel.addAddress(netns, name, own));
      gateway.ifPresent(hop -> kernel.addRoute(netns, name, EVERYWHERE, Optional.of(Cidr.ip(hop))));
    }
  }

  /** Copies the lists. */
  public HostFile {
    links = List.copyOf(links);
    podLinks = List.copyOf(podLinks);
  }

  static HostFile read(Fields file) {
    return new HostFile(
        file.objects("links").stream().map(HostLink::read).toList(),
        file.objects("podLinks").stream().map(HostLink::read).toList());
  }

  void build(FakeKernel kernel) {
    links.forEach(link -> link.build(kernel, Netns.HOST));
  }

  void buildPod(FakeKernel kernel, Netns pod) {
    podLinks.forEach(link -> link.build(kernel, pod));
  }
}

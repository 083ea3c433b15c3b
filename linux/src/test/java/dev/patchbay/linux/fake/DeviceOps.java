package dev.patchbay.linux.fake;

import dev.patchbay.core.nic.DeviceSelector;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.LinkOp;
import dev.patchbay.core.plan.MovedDevice;
import dev.patchbay.core.plan.Performed;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Devices of the machine that are lent to pods and come back. */
record DeviceOps(World world, Bindings bound) {
  static final String PCI_ROOT = "/sys/devices/pci0000:00/";

  static List<IfName> names(World world, FakeNetns netns) {
    return world.linksOf(netns).stream()
        .filter(link -> !(link.shape instanceof LinkShape.Loopback))
        .map(link -> link.name)
        .sorted()
        .toList();
  }

  Performed move(LinkOp.MoveDevice op) {
    FakeNetns pod = world.netns(op.pod());
    FakeLink device =
        world.linksOf(world.host()).stream()
            .filter(link -> isMeant(link, op.device()))
            .findFirst()
            .orElseThrow(() -> new Refusal(missing(op.device())));
    IfName name = device.name;
    boolean up = device.up;
    world.move(device, pod, op.name());
    MovedDevice before =
        new MovedDevice(
            name, device.mac, permanent(device), pci(device), device.mtu, up, device.index);
    device.lent = Optional.of(new FakeLink.Lent(pod.cookie, op.name(), before));
    return new Performed.Done(
        Bindings.of(op.before(), before).and(Bindings.of(op.moved(), world.describe(device))));
  }

  private static boolean isMeant(FakeLink link, DeviceSelector selector) {
    return switch (selector) {
      case DeviceSelector.ByName(var name) -> link.name.equals(name);
      case DeviceSelector.ByMac(var mac) -> link.mac.equals(mac);
      case DeviceSelector.ByBusAddress(var address) -> pci(link).equals(Optional.of(address));
      case DeviceSelector.ByKernelPath(var path) ->
          pci(link).map(PCI_ROOT::concat).equals(Optional.of(path));
    };
  }

  private static Optional<String> pci(FakeLink link) {
    return link.shape instanceof LinkShape.Physical(_, var pci)
        ? Optional.of(pci)
        : Optional.empty();
  }

  private static Optional<MacAddress> permanent(FakeLink link) {
    return link.shape instanceof LinkShape.Physical(var mac, _)
        ? Optional.of(mac)
        : Optional.empty();
  }

  private AttachFailure missing(DeviceSelector selector) {
    List<IfName> present = names(world, world.host());
    return switch (selector) {
      case DeviceSelector.ByName(var name) -> new AttachFailure.ParentMissing(name, present);
      case DeviceSelector.ByMac(var mac) -> missing("hwaddr", mac.value());
      case DeviceSelector.ByKernelPath(var path) -> missing("kernelpath", path);
      case DeviceSelector.ByBusAddress(var address) -> missing("pciBusID", address);
    };
  }

  private static AttachFailure missing(String field, String value) {
    return new AttachFailure.InvalidField(
        field,
        value,
        "no host device with \"" + field + "\" " + value,
        "it may be in another pod: patchbay get nics -o wide");
  }

  Performed giveBack(LinkOp.ReturnDevice op) {
    find(op).ifPresent(device -> restore(device, device.lent.orElseThrow().before()));
    return Performed.done();
  }

  /**
   * The device that was lent to exactly this pod under this name: still there, or on the host after
   * the pod's namespace died, whatever the kernel calls it there.
   */
  private Optional<FakeLink> find(LinkOp.ReturnDevice op) {
    Optional<FakeNetns> pod = world.find(op.pod());
    Optional<MovedDevice> known = bound.find(op.before(), MovedDevice.class);
    long cookie = op.pod().cookie() != 0 ? op.pod().cookie() : pod.map(n -> n.cookie).orElse(0L);
    Stream<FakeLink> inPod = pod.stream().flatMap(netns -> world.linksOf(netns).stream());
    return Stream.concat(inPod, world.linksOf(world.host()).stream())
        .filter(link ->
            link.lent
                .filter(lent -> cookie == 0 || lent.cookie() == cookie)
                .filter(lent ->
                    known.isPresent()
                        ? lent.before().equals(known.get())
                        : cookie != 0 && lent.name().equals(op.name()))
                .isPresent())
        .findFirst();
  }

  private void restore(FakeLink device, MovedDevice before) {
    FakeNetns host = world.host();
    LinkState.down(world, device);
    if (device.netns == World.HOST) {
      world.rename(device, before.name());
    } else {
      world.move(device, host, before.name());
    }
    device.lent = Optional.empty();
    device.mac = before.mac();
    world.setMtu(device, before.mtu());
    if (before.up()) {
      LinkState.up(world, device);
    }
  }
}

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
    device.oldName = Optional.of(name);
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
    Optional<FakeNetns> pod = world.find(op.pod());
    return bound
        .find(op.before(), MovedDevice.class)
        .map(before -> giveBack(before, pod, op.name()))
        .orElseGet(() -> giveBackUnknown(pod, op.name()));
  }

  private Performed giveBack(MovedDevice before, Optional<FakeNetns> pod, IfName podName) {
    return pod.flatMap(netns -> world.find(netns, before.indexInPod()))
        .filter(link ->
            link.name.equals(podName) || link.mac.equals(before.mac()) || isBurntIn(link, before))
        .or(() -> onHost(before, podName).filter(link -> !link.name.equals(before.name())))
        .map(device -> restore(device, before))
        .orElseGet(Performed::done);
  }

  private static boolean isBurntIn(FakeLink link, MovedDevice before) {
    return before.permanentMac().isPresent() && permanent(link).equals(before.permanentMac());
  }

  private Optional<FakeLink> onHost(MovedDevice before, IfName podName) {
    return world.linksOf(world.host()).stream()
        .filter(link ->
            isBurntIn(link, before)
                || (before.pciAddress().isPresent() && pci(link).equals(before.pciAddress()))
                || (link.mac.equals(before.mac())
                    && List.of(podName, before.name(), waitingName(before)).contains(link.name)))
        .findFirst();
  }

  /** Nothing was written down, as the agent was killed just then: the alias tells the old name. */
  private Performed giveBackUnknown(Optional<FakeNetns> pod, IfName podName) {
    Optional<FakeLink> found = world.find(pod.orElseGet(world::host), podName);
    Optional<IfName> oldName = found.flatMap(link -> link.oldName);
    if (found.isEmpty() || oldName.isEmpty() || oldName.get().equals(podName)) {
      return Performed.done();
    }
    FakeLink link = found.get();
    boolean certain =
        pod.isPresent() || (!link.up && world.find(world.host(), oldName.get()).isEmpty());
    MovedDevice before =
        new MovedDevice(
            oldName.get(), link.mac, permanent(link), pci(link), link.mtu, false, link.index);
    return certain ? restore(link, before) : Performed.done();
  }

  /** Where the old name is taken the device waits on the host under another one. */
  private Performed restore(FakeLink device, MovedDevice before) {
    FakeNetns host = world.host();
    boolean taken = world.find(host, before.name()).isPresent();
    IfName name = taken ? waitingName(before) : before.name();
    LinkState.down(world, device);
    if (device.netns == World.HOST) {
      world.rename(device, name);
    } else {
      world.move(device, host, name);
    }
    device.oldName = taken ? Optional.of(before.name()) : Optional.empty();
    device.mac = before.mac();
    world.setMtu(device, before.mtu());
    if (taken) {
      return new Performed.Failed(
          new AttachFailure.InvalidField(
              "device",
              before.name().value(),
              "device "
                  + before.mac()
                  + " is back on the host as \""
                  + name
                  + "\", because another link is called \""
                  + before.name()
                  + "\" now",
              "rename that one and try again"));
    }
    if (before.up()) {
      LinkState.up(world, device);
    }
    return Performed.done();
  }

  private static IfName waitingName(MovedDevice before) {
    return new IfName("pb" + before.mac().value().replace(":", ""));
  }
}

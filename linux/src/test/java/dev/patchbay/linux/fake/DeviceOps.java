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
    MovedDevice before = asItIs(device, device.name);
    world.move(device, pod, op.name());
    device.alias = Optional.of(before.name().value());
    return new Performed.Done(
        Bindings.of(op.before(), before.inPod(device.index))
            .and(Bindings.of(op.moved(), world.describe(device))));
  }

  /** What is meant, as it is now. */
  Optional<MovedDevice> seen(DeviceSelector selector) {
    return world.linksOf(world.host()).stream()
        .filter(link -> isMeant(link, selector))
        .findFirst()
        .map(link -> asItIs(link, link.name));
  }

  private static MovedDevice asItIs(FakeLink link, IfName name) {
    return new MovedDevice(
        name,
        link.mac,
        permanent(link),
        pci(link),
        link.mtu,
        link.txQLen,
        link.up,
        link.promisc,
        link.allmulti,
        link.alias,
        0);
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
        .or(op::planned)
        .map(before -> giveBack(before, pod, op.name()))
        .orElseGet(() -> giveBackUnknown(pod, op.name()));
  }

  private Performed giveBack(MovedDevice before, Optional<FakeNetns> pod, IfName podName) {
    return pod.flatMap(netns -> inPod(netns, before, podName))
        .or(() -> onHost(before, podName).filter(link -> wasLent(link, before)))
        .map(device -> restore(device, before))
        .orElseGet(Performed::done);
  }

  /** By its number or, where nobody wrote that down, by its note or its address. */
  private Optional<FakeLink> inPod(FakeNetns pod, MovedDevice before, IfName podName) {
    if (before.indexInPod() > 0) {
      return world
          .find(pod, before.indexInPod())
          .filter(link -> link.name.equals(podName) || isIt(link, before));
    }
    return world
        .find(pod, podName)
        .filter(
            link -> link.alias.equals(Optional.of(before.name().value())) || isIt(link, before));
  }

  private static boolean isIt(FakeLink link, MovedDevice before) {
    return link.mac.equals(before.mac()) || isBurntIn(link, before);
  }

  private static boolean wasLent(FakeLink link, MovedDevice before) {
    return !link.name.equals(before.name())
        || (!link.alias.equals(before.alias())
            && link.alias.equals(Optional.of(before.name().value())));
  }

  private static boolean isBurntIn(FakeLink link, MovedDevice before) {
    return before.permanentMac().isPresent() && permanent(link).equals(before.permanentMac());
  }

  private Optional<FakeLink> onHost(MovedDevice before, IfName podName) {
    return world.linksOf(world.host()).stream()
        .filter(link ->
            isBurntIn(link, before)
                || (before.pciAddress().isPresent() && pci(link).equals(before.pciAddress()))
                || (link.name.equals(podName)
                    && !link.up
                    && link.alias.equals(Optional.of(before.name().value())))
                || (link.mac.equals(before.mac())
                    && List.of(podName, before.name(), waitingName(before)).contains(link.name)))
        .findFirst();
  }

  /** Nothing was written down, as the agent was killed just then: the alias tells the old name. */
  private Performed giveBackUnknown(Optional<FakeNetns> pod, IfName podName) {
    Optional<FakeLink> found = world.find(pod.orElseGet(world::host), podName);
    Optional<IfName> oldName = found.flatMap(link -> link.alias).map(IfName::new);
    if (found.isEmpty() || oldName.isEmpty() || oldName.get().equals(podName)) {
      return Performed.done();
    }
    FakeLink link = found.get();
    boolean certain =
        pod.isPresent() || (!link.up && world.find(world.host(), oldName.get()).isEmpty());
    if (!certain) {
      return Performed.done();
    }
    LinkState.down(world, link);
    link.alias = Optional.empty();
    return restore(link, asItIs(link, oldName.get()));
  }

  /** Where the old name is taken the device waits on the host under another one. */
  private Performed restore(FakeLink device, MovedDevice before) {
    FakeNetns host = world.host();
    boolean taken =
        world.find(host, before.name()).filter(there -> there.id != device.id).isPresent();
    IfName name = taken ? waitingName(before) : before.name();
    LinkState.down(world, device);
    if (device.netns == World.HOST) {
      world.rename(device, name);
    } else {
      world.move(device, host, name);
    }
    device.alias = taken ? Optional.of(before.name().value()) : before.alias();
    device.txQLen = before.txQLen();
    device.promisc = before.promisc();
    device.allmulti = before.allmulti();
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

package dev.patchbay.linux.apply;

import dev.patchbay.core.nic.DeviceSelector;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.LinkOp;
import dev.patchbay.core.plan.MovedDevice;
import dev.patchbay.core.plan.Performed;
import dev.patchbay.linux.rtnetlink.KernelLink;
import dev.patchbay.linux.rtnetlink.LinkSetting;
import dev.patchbay.linux.rtnetlink.Links;
import dev.patchbay.linux.sysfs.NetDevices;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Devices of the host that are lent to pods. */
record DeviceOps(Namespaces namespaces, Path sysfs, Bindings bound) {
  Performed move(LinkOp.MoveDevice op) throws IOException {
    OpenNetns pod = namespaces.of(op.pod());
    OpenNetns host = namespaces.host();
    KernelLink device = find(host, op.device());
    if (pod.link(op.name()).isPresent()) {
      throw new Refusal(new AttachFailure.LinkExists(op.name(), op.pod().toString()));
    }
    MovedDevice before = asItIs(device).orElseThrow(() -> noEthernet(device));
    try {
      // One message: the device is never without an owner who knows its name.
      host.socket()
          .run(
              Links.set(
                  device.id(),
                  new LinkSetting.IntoNetns(pod.handle()),
                  new LinkSetting.Name(op.name())));
      KernelLink moved = pod.require(op.name(), "look up");
      // the reference plugin looks for the old name here, and so does whoever tidies up by hand
      pod.socket().run(Links.set(moved.id(), new LinkSetting.Alias(device.name().value())));
      return new Performed.Done(
          Bindings.of(op.before(), before.inPod(moved.index()))
              .and(Bindings.of(op.moved(), pod.describe(moved))));
    } catch (IOException e) {
      takeBack(host, pod, op.name(), device);
      throw e;
    }
  }

  /** What is meant, as it is now; empty when it is no Ethernet device. */
  Optional<MovedDevice> seen(DeviceSelector selector) throws IOException {
    try {
      return asItIs(find(namespaces.host(), selector));
    } catch (Refusal _) {
      return Optional.empty(); // none is meant
    }
  }

  private Optional<MovedDevice> asItIs(KernelLink device) throws IOException {
    Optional<String> pci = pciAddress(device);
    return device.address().map(mac -> asItIs(device, device.name(), mac, pci));
  }

  static MovedDevice asItIs(KernelLink device, IfName name, MacAddress mac, Optional<String> pci) {
    return new MovedDevice(
        name,
        mac,
        device.permanentAddress(),
        pci,
        device.mtu(),
        device.txQueueLength(),
        device.isUp(),
        device.isPromiscuous(),
        device.isAllMulticast(),
        device.alias(),
        0);
  }

  private static Refusal noEthernet(KernelLink device) {
    return new Refusal(
        new AttachFailure.InvalidField(
            "device",
            device.name().value(),
            "\"" + device.name() + "\" is no Ethernet device",
            "choose another device"));
  }

  /** The kernel moves first and renames then, so a refused name may leave the device in the pod. */
  private static void takeBack(OpenNetns host, OpenNetns pod, IfName name, KernelLink device)
      throws IOException {
    if (host.link(device.index()).filter(l -> l.address().equals(device.address())).isPresent()) {
      return;
    }
    Predicate<KernelLink> same =
        link ->
            link.address().equals(device.address())
                && (link.name().equals(device.name()) || link.name().equals(name));
    for (KernelLink link : pod.socket().links()) {
      if (same.test(link)) {
        pod.socket()
            .run(
                Links.set(
                    link.id(),
                    new LinkSetting.IntoNetns(host.handle()),
                    new LinkSetting.Name(device.name()),
                    new LinkSetting.Up(device.isUp())));
      }
    }
  }

  private KernelLink find(OpenNetns host, DeviceSelector selector) throws IOException {
    return switch (selector) {
      case DeviceSelector.ByName(var name) -> {
        Optional<KernelLink> link = host.link(name);
        if (link.isEmpty()) {
          throw new Refusal(new AttachFailure.ParentMissing(name, host.names()));
        }
        yield link.get();
      }
      case DeviceSelector.ByMac(var mac) ->
          only(host, link -> link.address().equals(Optional.of(mac)), "hwaddr", mac.value());
      case DeviceSelector.ByKernelPath(var path) -> {
        List<IfName> names = named("kernelpath", path, () -> devices().atKernelPath(path));
        yield only(host, link -> names.contains(link.name()), "kernelpath", path);
      }
      case DeviceSelector.ByBusAddress(var address) -> {
        List<IfName> names = named("pciBusID", address, () -> devices().atBusAddress(address));
        Predicate<KernelLink> onBus = link -> link.device().equals(Optional.of(address));
        yield only(host, onBus.or(link -> names.contains(link.name())), "pciBusID", address);
      }
    };
  }

  private NetDevices devices() {
    return new NetDevices(sysfs);
  }

  @FunctionalInterface
  private interface Lookup {
    List<IfName> names() throws IOException;
  }

  private static List<IfName> named(String field, String value, Lookup lookup) throws IOException {
    try {
      return lookup.names();
    } catch (IllegalArgumentException e) {
      var refusal =
          new Refusal(
              new AttachFailure.InvalidField(
                  field, value, "" + e.getMessage(), "correct \"" + field + "\""));
      refusal.initCause(e);
      throw refusal;
    }
  }

  private static KernelLink only(
      OpenNetns host, Predicate<KernelLink> which, String field, String value) throws IOException {
    return host.socket().links().stream()
        .filter(which)
        .findFirst()
        .orElseThrow(() ->
            new Refusal(
                new AttachFailure.InvalidField(
                    field,
                    value,
                    "no host device with \"" + field + "\" " + value,
                    "it may be in another pod: patchbay get nics -o wide")));
  }

  /** From the kernel where it tells it; from sysfs for what hangs on a bus behind PCI. */
  private Optional<String> pciAddress(KernelLink device) throws IOException {
    if (device.device().isEmpty() || device.bus().equals(Optional.of("pci"))) {
      return device.device();
    }
    return devices().pciAddressOf(device.name());
  }

  Performed giveBack(LinkOp.ReturnDevice op) throws IOException {
    var returning = new ReturnedDevice(namespaces.host(), this::pciAddress);
    Optional<MovedDevice> before = bound.find(op.before(), MovedDevice.class).or(op::planned);
    Optional<OpenNetns> pod = namespaces.find(op.pod());
    if (before.isPresent()) {
      returning.giveBack(before.get(), pod, op.name());
    } else {
      returning.giveBackUnknown(pod, op.name());
    }
    return Performed.done();
  }
}

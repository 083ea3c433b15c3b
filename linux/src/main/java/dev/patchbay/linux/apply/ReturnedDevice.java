package dev.patchbay.linux.apply;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.MovedDevice;
import dev.patchbay.linux.rtnetlink.KernelLink;
import dev.patchbay.linux.rtnetlink.LinkSetting;
import dev.patchbay.linux.rtnetlink.Links;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds a lent device, wherever it is by now, and makes it what it was.
 *
 * @param host where it belongs
 * @param pciAddresses tells a link's PCI address
 */
record ReturnedDevice(OpenNetns host, PciAddresses pciAddresses) {
  /** Where a link hangs, for those that hang on PCI. */
  @FunctionalInterface
  interface PciAddresses {
    Optional<String> of(KernelLink link) throws IOException;
  }

  void giveBack(MovedDevice before, Optional<OpenNetns> pod, IfName podName) throws IOException {
    if (pod.isPresent()) {
      Optional<KernelLink> inPod = inPod(pod.get(), before, podName);
      if (inPod.isPresent()) {
        restore(pod.get(), inPod.get(), before);
        return;
      }
    }
    Optional<KernelLink> onHost = onHost(before, podName);
    if (onHost.isPresent() && wasLent(onHost.get(), before)) {
      restore(host, onHost.get(), before);
    }
  }

  /** Lending leaves the old name as a note: all that tells a card whose address was changed. */
  private static boolean hasItsNote(KernelLink link, MovedDevice before, IfName podName) {
    return link.name().equals(podName)
        && !link.isUp()
        && link.alias().equals(Optional.of(before.name().value()));
  }

  /** Its name tells, or, where the pod called it the same, the note that lending leaves on it. */
  private static boolean wasLent(KernelLink link, MovedDevice before) {
    return !link.name().equals(before.name())
        || (!link.alias().equals(before.alias())
            && link.alias().equals(Optional.of(before.name().value())));
  }

  private static Optional<KernelLink> inPod(OpenNetns pod, MovedDevice before, IfName podName)
      throws IOException {
    if (before.indexInPod() > 0) {
      return pod.link(before.indexInPod()).filter(link -> isIn(link, before, podName));
    }
    // the agent died before it could write down the number
    return pod.link(podName)
        .filter(link ->
            link.alias().equals(Optional.of(before.name().value()))
                || isIn(link, before, before.name()));
  }

  /** Inside the pod the index tells; its address or name guards against another namespace's. */
  private static boolean isIn(KernelLink link, MovedDevice before, IfName podName) {
    return link.name().equals(podName)
        || link.address().equals(Optional.of(before.mac()))
        || (before.permanentMac().isPresent()
            && link.permanentAddress().equals(before.permanentMac()));
  }

  /**
   * When a namespace dies the kernel gives its devices back under the names they have, or as {@code
   * devN} where that is taken.
   */
  private Optional<KernelLink> onHost(MovedDevice before, IfName podName) throws IOException {
    for (KernelLink link : host.socket().links()) {
      boolean burntIn =
          before.permanentMac().isPresent()
              && link.permanentAddress().equals(before.permanentMac());
      boolean sameSlot =
          before.pciAddress().isPresent() && pciAddresses.of(link).equals(before.pciAddress());
      boolean sameMac =
          link.address().equals(Optional.of(before.mac()))
              && (link.name().equals(podName)
                  || link.name().equals(before.name())
                  || link.name().equals(waitingName(before)));
      if (burntIn || sameSlot || sameMac || hasItsNote(link, before, podName)) {
        return Optional.of(link);
      }
    }
    return Optional.empty();
  }

  /** Not every driver can set these, so they are left alone where nobody changed them. */
  private static List<LinkSetting> changed(KernelLink link, MovedDevice before) {
    List<LinkSetting> settings = new ArrayList<>();
    if (!link.address().equals(Optional.of(before.mac()))) {
      settings.add(new LinkSetting.Mac(before.mac()));
    }
    if (link.mtu() != before.mtu()) {
      settings.add(new LinkSetting.Mtu(before.mtu()));
    }
    if (link.txQueueLength() != before.txQLen()) {
      settings.add(new LinkSetting.TxQueueLength(before.txQLen()));
    }
    if (link.isPromiscuous() != before.promisc()) {
      settings.add(new LinkSetting.Promiscuous(before.promisc()));
    }
    if (link.isAllMulticast() != before.allmulti()) {
      settings.add(new LinkSetting.AllMulticast(before.allmulti()));
    }
    return settings;
  }

  private void restore(OpenNetns from, KernelLink link, MovedDevice before) throws IOException {
    boolean nameTaken =
        host.link(before.name())
            .filter(there -> !from.equals(host) || there.index() != link.index())
            .isPresent();
    IfName name = nameTaken ? waitingName(before) : before.name();
    List<LinkSetting> settings = new ArrayList<>();
    if (!from.equals(host)) {
      settings.add(new LinkSetting.IntoNetns(host.handle()));
    }
    settings.addAll(changed(link, before));
    if (!link.name().equals(name) || !from.equals(host)) {
      settings.add(new LinkSetting.Name(name));
    }
    settings.add(
        new LinkSetting.Alias(nameTaken ? before.name().value() : before.alias().orElse("")));
    settings.add(new LinkSetting.Up(before.up() && !nameTaken));
    // a link that is up can neither be renamed on older kernels nor get another address on some
    from.socket()
        .run(Links.set(link.id(), new LinkSetting.Up(false)), Links.set(link.id(), settings));
    if (nameTaken) {
      throw new Refusal(
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
  }

  /** A name that nobody else gives, and that finds the device again on the next try. */
  private static IfName waitingName(MovedDevice before) {
    return new IfName("pb" + before.mac().value().replace(":", ""));
  }

  /**
   * Gives back a device of which nothing was written down, as the agent died just then: its alias
   * tells its old name. On the host only a link that is down and whose old name is free counts, as
   * people use aliases too.
   */
  void giveBackUnknown(Optional<OpenNetns> pod, IfName podName) throws IOException {
    Optional<KernelLink> inPod = pod.isEmpty() ? Optional.empty() : pod.get().link(podName);
    OpenNetns where = inPod.isPresent() ? pod.orElseThrow() : host;
    Optional<KernelLink> found = inPod.isPresent() ? inPod : host.link(podName);
    Optional<IfName> oldName = found.flatMap(KernelLink::alias).flatMap(ReturnedDevice::name);
    if (found.isEmpty() || oldName.isEmpty() || oldName.get().equals(podName)) {
      return;
    }
    KernelLink link = found.get();
    Optional<MacAddress> mac = link.address();
    boolean certain = inPod.isPresent() || (!link.isUp() && host.link(oldName.get()).isEmpty());
    if (certain && mac.isPresent()) {
      restore(where, link, unknown(link, oldName.get(), mac.get()));
    }
  }

  /** As it is, but down and without the note. */
  private static MovedDevice unknown(KernelLink link, IfName oldName, MacAddress mac) {
    return new MovedDevice(
        oldName,
        mac,
        link.permanentAddress(),
        Optional.empty(),
        link.mtu(),
        link.txQueueLength(),
        false,
        link.isPromiscuous(),
        link.isAllMulticast(),
        Optional.empty(),
        link.index());
  }

  private static Optional<IfName> name(String alias) {
    try {
      return Optional.of(new IfName(alias));
    } catch (IllegalArgumentException _) {
      return Optional.empty(); // a person's note
    }
  }
}

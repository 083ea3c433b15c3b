package dev.patchbay.agent.vm;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.vm.dhcp.NicTalk;
import java.net.Inet6Address;
import java.util.Optional;

/**
 * A NIC that a guest has been given, as the host serves it.
 *
 * @param vm the machine's id
 * @param device QEMU's device id
 * @param pod namespace/name, for people
 * @param netns where NIC and tap are
 * @param nic the NIC's name in the pod's namespace
 * @param tap where the guest's frames come in
 * @param talk what the guest is told
 * @param gateway an IPv6 gateway whose hardware address has to be found first
 */
public record GuestNic(
    String vm,
    String device,
    String pod,
    Netns netns,
    IfName nic,
    IfName tap,
    NicTalk talk,
    Optional<Inet6Address> gateway) {

  /** Which device of which machine, unique in the machine's life. */
  public record Id(String vm, String device) {}

  /** Its identity. */
  public Id id() {
    return new Id(vm, device);
  }

  @Override
  public String toString() {
    return pod + " " + nic;
  }
}

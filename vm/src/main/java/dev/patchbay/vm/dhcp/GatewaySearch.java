package dev.patchbay.vm.dhcp;

import dev.patchbay.core.nic.MacAddress;
import java.net.Inet6Address;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * Finds the hardware address of a guest's IPv6 gateway, by neighbour discovery in the guest's name
 * (RFC 4861, section 7.2): the answer goes to the guest, which did not ask, and is overheard.
 *
 * @param guest the guest's hardware address
 * @param source the guest's address
 * @param gateway who is looked for
 */
public record GatewaySearch(MacAddress guest, Inet6Address source, Inet6Address gateway) {
  private static final int NEIGHBOUR_SOLICITATION = 135;
  private static final int NEIGHBOUR_ADVERTISEMENT = 136;
  private static final int NO_HOP = 255;
  private static final int TARGET = 8;
  private static final int OPTIONS = 24;
  private static final int SOURCE_ADDRESS = 1;

  /** The question, for the guest's network. */
  public byte[] question() {
    byte[] group = Ipv6Frame.address("ff02" + "0".repeat(19) + "1ff000000").getAddress();
    System.arraycopy(gateway.getAddress(), 13, group, 13, 3);
    Inet6Address solicited = Ipv6Frame.address(group);
    ByteBuffer body =
        ByteBuffer.allocate(32)
            .put((byte) NEIGHBOUR_SOLICITATION)
            .position(TARGET)
            .put(gateway.getAddress())
            .put((byte) SOURCE_ADDRESS)
            .put((byte) 1)
            .put(guest.bytes())
            .flip();
    return new Ipv6Frame(
            guest, Ipv6Frame.multicast(solicited), source, solicited, Ipv6Frame.ICMP, NO_HOP, body)
        .bytes();
  }

  /** The gateway's address, if a frame from the network tells it. */
  public Optional<MacAddress> answer(byte[] frame) {
    return Ipv6Frame.of(frame)
        .filter(one -> one.next() == Ipv6Frame.ICMP && one.hops() == NO_HOP)
        .filter(one -> one.payload().remaining() >= OPTIONS)
        .filter(one -> Byte.toUnsignedInt(one.payload().get(0)) == NEIGHBOUR_ADVERTISEMENT)
        .filter(
            one -> Arrays.equals(Ipv6Frame.bytes(one.payload(), TARGET, 16), gateway.getAddress()))
        .map(Ipv6Frame::from)
        .filter(MacAddress::isUnicast);
  }
}

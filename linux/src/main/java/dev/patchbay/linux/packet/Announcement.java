package dev.patchbay.linux.packet;

import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.linux.netns.NetnsHandle;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells all neighbours of a link who has its addresses now, so that none keeps sending to an
 * earlier holder.
 *
 * @param link index of a link that is up
 * @param mac its Ethernet address
 * @param addresses of both families, none of them tentative
 */
public record Announcement(int link, MacAddress mac, List<InetAddress> addresses) {
  /** Copies the list. */
  public Announcement {
    addresses = List.copyOf(addresses);
  }

  /** The frames, in the order of the addresses: two per IPv4 address, one per IPv6 address. */
  public List<byte[]> frames() {
    List<byte[]> frames = new ArrayList<>();
    for (InetAddress address : addresses) {
      if (address instanceof Inet4Address v4) {
        frames.add(Frames.gratuitousArpRequest(mac, v4));
        frames.add(Frames.gratuitousArpReply(mac, v4));
      } else if (address instanceof Inet6Address v6) {
        frames.add(Frames.unsolicitedAdvertisement(mac, v6));
      }
    }
    return frames;
  }

  /** Sends them out of the link in that namespace. */
  public void send(NetnsHandle netns) throws IOException {
    if (addresses.isEmpty()) {
      return;
    }
    try (PacketSocket socket = PacketSocket.open(netns, link, PacketSocket.NOTHING)) {
      for (byte[] frame : frames()) {
        socket.send(frame);
      }
    }
  }
}

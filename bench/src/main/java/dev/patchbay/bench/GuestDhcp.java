package dev.patchbay.bench;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.Route;
import dev.patchbay.ipam.dhcp.DhcpKind;
import dev.patchbay.ipam.dhcp.DhcpMessage;
import dev.patchbay.ipam.dhcp.DhcpOptions;
import dev.patchbay.linux.libc.Fd;
import dev.patchbay.linux.libc.Libc;
import dev.patchbay.linux.netns.NetnsHandle;
import dev.patchbay.linux.packet.FrameFilter;
import dev.patchbay.linux.packet.FrameReader;
import dev.patchbay.linux.rtnetlink.LinkId;
import dev.patchbay.linux.rtnetlink.LinkSetting;
import dev.patchbay.linux.rtnetlink.Links;
import dev.patchbay.linux.rtnetlink.RouteSocket;
import dev.patchbay.linux.rtnetlink.Tap;
import dev.patchbay.vm.dhcp.NicLease;
import dev.patchbay.vm.dhcp.NicTalk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;

/**
 * From a guest's DISCOVER to the ACK of its REQUEST, on a tap of which this program plays the
 * guest's end: what a guest's boot waits for us.
 */
final class GuestDhcp {
  private static final Bar LIMIT = Bar.atMost(5, 2, "ms");
  private static final IfName TAP = new IfName("tap0");
  private static final MacAddress GUEST = new MacAddress("52:54:00:00:00:01");
  private static final Inet4Address IP = (Inet4Address) Cidr.ip("10.1.2.3");
  private static final int PATIENCE_MILLIS = 2000;
  private static final int UDP_PORTS = 34;
  private static final int PAYLOAD = 42;
  private static final int KIND = PAYLOAD + 240 + 2; // option 53 is the first
  private static final int WARM_UP = 50;
  private static final HexFormat HEX = HexFormat.of();

  private final Fd guest;

  private GuestDhcp(Fd guest) {
    this.guest = guest;
  }

  /** Asks for a lease again and again; adds a row. */
  static void measure(int rounds, Report report) {
    try (NetnsHandle netns = NetnsHandle.create();
        FrameReader reader = FrameReader.start()) {
      Tap tap = new Tap(TAP, OptionalInt.empty(), OptionalInt.empty(), false, false);
      tap.create(netns);
      try (Fd guest = tap.open(netns);
          var _ = serve(netns, reader)) {
        var samples = new Samples();
        var client = new GuestDhcp(guest);
        for (int round = -WARM_UP; round < rounds; round++) {
          long took = client.lease();
          if (round >= 0) {
            samples.add(took);
          }
        }
        report.row(
            "DHCP on a tap, DISCOVER to ACK, p50 / p99 of " + rounds,
            samples.text() + " ms",
            LIMIT.cells(samples.percentile(0.99)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static FrameReader.Watch serve(NetnsHandle netns, FrameReader reader) throws IOException {
    int link;
    try (RouteSocket routes = RouteSocket.open(netns)) {
      routes.run(Links.set(LinkId.of(TAP), new LinkSetting.Up(true)));
      link = routes.link(LinkId.of(TAP)).orElseThrow().index();
    }
    NicLease lease =
        new NicLease(
            Cidr.parse("10.1.2.3/24"),
            List.of(Route.to(Cidr.parse("0.0.0.0/0"), Optional.of(Cidr.ip("10.1.2.1")))),
            List.of((Inet4Address) Cidr.ip("10.96.0.10")),
            Optional.of("cluster.local"),
            List.of("demo.svc.cluster.local", "cluster.local"),
            Optional.of("nginx-vm"),
            OptionalInt.of(1450));
    NicTalk talk = new NicTalk(GUEST, Optional.of(lease), Optional.empty());
    var watch = new AtomicReference<Optional<FrameReader.Watch>>(Optional.empty());
    FrameReader.Watch opened =
        reader.watch(
            netns,
            link,
            FrameFilter.ADDRESS_TALK,
            new FrameReader.Ear() {
              @Override
              public void heard(byte[] frame) {
                talk.hears(frame)
                    .frames()
                    .forEach(answer -> watch.get().ifPresent(one -> one.send(answer)));
              }

              @Override
              public void gone() {}
            });
    watch.set(Optional.of(opened));
    return opened;
  }

  /** One lease, in nanoseconds. */
  private long lease() throws IOException {
    long start = System.nanoTime();
    exchange(DhcpKind.DISCOVER, DhcpOptions.NONE, DhcpKind.OFFER);
    exchange(
        DhcpKind.REQUEST,
        DhcpOptions.NONE.with(DhcpOptions.REQUESTED_ADDRESS, List.of(IP)),
        DhcpKind.ACK);
    return System.nanoTime() - start;
  }

  private void exchange(DhcpKind says, DhcpOptions options, DhcpKind awaited) throws IOException {
    DhcpMessage message =
        new DhcpMessage(
            false, says, 7, false, DhcpMessage.UNKNOWN, DhcpMessage.UNKNOWN, GUEST, options);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment frame = arena.allocateFrom(ValueLayout.JAVA_BYTE, framed(message.bytes()));
      Libc.write(guest.number(), frame).orThrow("send as the guest");
      MemorySegment into = arena.allocate(FrameFilter.LONGEST);
      while (true) {
        if (Libc.poll(guest.number(), (short) 1, PATIENCE_MILLIS).value() != 1) {
          throw new IOException("no " + awaited + " within " + PATIENCE_MILLIS + " ms");
        }
        long length = Libc.read(guest.number(), into).orThrow("read as the guest");
        if (isDhcp(into, length) && into.get(ValueLayout.JAVA_BYTE, KIND) == awaited.number()) {
          return;
        }
      }
    }
  }

  /** The kernel speaks on a fresh tap too. */
  private static boolean isDhcp(MemorySegment frame, long length) {
    return length > KIND
        && HEX.formatHex(frame.asSlice(UDP_PORTS, 4).toArray(ValueLayout.JAVA_BYTE))
            .equals("00430044");
  }

  /** A broadcast without checksums, which no server on a tap looks at. */
  private static byte[] framed(byte[] dhcp) {
    int udp = 8 + dhcp.length;
    return ByteBuffer.allocate(PAYLOAD + dhcp.length)
        .put(HEX.parseHex("ffffffffffff"))
        .put(GUEST.bytes())
        .put(HEX.parseHex("0800" + "4500"))
        .putShort((short) (20 + udp))
        .put(HEX.parseHex("00000000" + "4011" + "0000" + "00000000" + "ffffffff" + "00440043"))
        .putShort((short) udp)
        .putShort((short) 0)
        .put(dhcp)
        .array();
  }
}

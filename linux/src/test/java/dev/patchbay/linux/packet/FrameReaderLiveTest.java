package dev.patchbay.linux.packet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.linux.libc.Fd;
import dev.patchbay.linux.libc.Libc;
import dev.patchbay.linux.netns.LiveNetns;
import dev.patchbay.linux.netns.NetnsHandle;
import dev.patchbay.linux.rtnetlink.LinkId;
import dev.patchbay.linux.rtnetlink.LinkSetting;
import dev.patchbay.linux.rtnetlink.Links;
import dev.patchbay.linux.rtnetlink.RouteSocket;
import dev.patchbay.linux.rtnetlink.Tap;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class FrameReaderLiveTest {
  private static final long PATIENCE = 20;
  private static final IfName TAP = new IfName("tap0");
  private static final MacAddress GUEST = new MacAddress("52:54:00:00:00:01");

  private FrameReader reader;
  private NetnsHandle netns;
  private Fd guest;
  private int tap;

  @BeforeEach
  void prepare() throws IOException {
    LiveNetns.assumePermitted();
    reader = FrameReader.start();
    netns = NetnsHandle.create();
    Tap device = new Tap(TAP, OptionalInt.empty(), OptionalInt.empty(), false, false);
    device.create(netns);
    guest = device.open(netns);
    try (RouteSocket routes = RouteSocket.open(netns)) {
      routes.run(Links.set(LinkId.of(TAP), new LinkSetting.Up(true)));
      tap = routes.link(LinkId.of(TAP)).orElseThrow().index();
    }
  }

  @AfterEach
  void cleanUp() {
    if (reader != null) {
      reader.close();
    }
    if (guest != null) {
      guest.close();
    }
    if (netns != null) {
      netns.close();
    }
  }

  private static final class Ear implements FrameReader.Ear {
    private final BlockingQueue<byte[]> frames = new LinkedBlockingQueue<>();
    private final CountDownLatch gone = new CountDownLatch(1);

    @Override
    public void heard(byte[] frame) {
      frames.add(frame);
    }

    @Override
    public void gone() {
      gone.countDown();
    }

    byte[] next() throws InterruptedException {
      byte[] frame = frames.poll(PATIENCE, TimeUnit.SECONDS);
      assertThat(frame).as("a frame in time").isNotNull();
      return frame;
    }
  }

  private void says(byte[] frame) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      Libc.write(guest.number(), arena.allocateFrom(ValueLayout.JAVA_BYTE, frame))
          .orThrow("send as the guest");
    }
  }

  /** A frame of that EtherType whose bytes at some offsets are set. */
  private static byte[] frame(int etherType, int... offsetsAndBytes) {
    ByteBuffer frame = ByteBuffer.allocate(80);
    frame.put(HexFormat.of().parseHex("ffffffffffff")).put(GUEST.bytes());
    frame.putShort((short) etherType);
    for (int i = 0; i < offsetsAndBytes.length; i += 2) {
      frame.put(offsetsAndBytes[i], (byte) offsetsAndBytes[i + 1]);
    }
    return frame.array();
  }

  private static byte[] udp4(int port, int fragment) {
    return frame(0x0800, 14, 0x45, 20, fragment, 23, 17, 36, port >> 8, 37, port);
  }

  private static byte[] v6(int next, int... offsetsAndBytes) {
    byte[] frame = frame(0x86dd, offsetsAndBytes);
    frame[14] = 0x60;
    frame[20] = (byte) next;
    return frame;
  }

  @Test
  void onlyTalkOfAddressesComesThroughTheFilter() throws Exception {
    Ear ear = new Ear();
    List<byte[]> heard = new ArrayList<>();
    var arp = frame(0x0806);
    var solicit = v6(58, 54, 133);
    var advertisement = v6(58, 54, 136);
    List<byte[]> kept = List.of(arp, udp4(67, 0), v6(17, 56, 547 >> 8, 57, 547), solicit);
    List<byte[]> dropped =
        List.of(
            frame(0x88cc),
            udp4(68, 0),
            udp4(67, 0x20),
            v6(17, 56, 1, 57, 1),
            v6(6, 56, 547 >> 8, 57, 547),
            v6(58, 54, 132),
            v6(58, 54, 137));

    try (var _ = reader.watch(netns, tap, FrameFilter.ADDRESS_TALK, ear)) {
      for (byte[] frame : dropped) {
        says(frame);
      }
      for (byte[] frame : kept) {
        says(frame);
        heard.add(ear.next());
      }
      says(advertisement);
      heard.add(ear.next());
    }

    assertThat(heard.subList(0, kept.size())).containsExactlyElementsOf(kept);
    assertThat(heard.getLast()).isEqualTo(advertisement);
  }

  @Test
  void whatIsSentToTheGuestReachesItAndIsNotHeard() throws Exception {
    Ear ear = new Ear();
    byte[] question = frame(0x0806);
    byte[] answer = frame(0x0806, 60, 1);
    try (var watch = reader.watch(netns, tap, FrameFilter.ADDRESS_TALK, ear)) {
      assertThat(watch.send(answer)).isTrue();
      says(question);
      assertThat(ear.next()).isEqualTo(question);
    }
    assertThat(read()).contains(answer);
  }

  /** All that QEMU would read; the kernel's own talk on a fresh tap comes with it. */
  private List<byte[]> read() throws IOException {
    List<byte[]> all = new ArrayList<>();
    try (Arena arena = Arena.ofConfined()) {
      var bytes = arena.allocate(FrameFilter.LONGEST);
      while (Libc.poll(guest.number(), (short) 1, 0).value() == 1) {
        long length = Libc.read(guest.number(), bytes).orThrow("read as the guest");
        all.add(bytes.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
      }
    }
    return all;
  }

  @Test
  void aLinkThatIsDeletedIsLetGoOfAndItsEarTold() throws Exception {
    Ear ear = new Ear();
    var watch = reader.watch(netns, tap, FrameFilter.ADDRESS_TALK, ear);
    try (RouteSocket routes = RouteSocket.open(netns)) {
      routes.run(Links.set(LinkId.of(TAP), new LinkSetting.Up(false)));
      assertThat(ear.gone.getCount()).as("down is not gone").isEqualTo(1);
      routes.run(Links.set(LinkId.of(TAP), new LinkSetting.Up(true)));
      says(frame(0x0806));
      assertThat(ear.next()).isEqualTo(frame(0x0806));
      routes.run(Links.set(LinkId.of(TAP), new LinkSetting.Up(false)));
      routes.run(Links.delete(LinkId.of(TAP)));
    }
    assertThat(ear.gone.await(PATIENCE, TimeUnit.SECONDS)).isTrue();
    assertThat(watch.send(frame(0x0806))).isFalse();
    watch.close();
  }

  @Test
  void aLinkThatFloodsIsReadNoFasterThanItMayAndOthersAreHeard() throws Exception {
    Ear flooded = new Ear();
    Ear ear = new Ear();
    byte[] question = frame(0x0806, 60, 7);
    try (NetnsHandle second = NetnsHandle.create();
        var _ = reader.watch(netns, tap, FrameFilter.ADDRESS_TALK, flooded)) {
      long began = System.nanoTime();
      for (int i = 0; i < 4 * FrameReader.BURST; i++) {
        says(frame(0x0806, 60, i));
      }
      Tap device = new Tap(TAP, OptionalInt.empty(), OptionalInt.empty(), false, false);
      device.create(second);
      try (RouteSocket routes = RouteSocket.open(second);
          Fd other = device.open(second)) {
        routes.run(Links.set(LinkId.of(TAP), new LinkSetting.Up(true)));
        int link = routes.link(LinkId.of(TAP)).orElseThrow().index();
        try (var _ = reader.watch(second, link, FrameFilter.ADDRESS_TALK, ear);
            Arena arena = Arena.ofConfined()) {
          Libc.write(other.number(), arena.allocateFrom(ValueLayout.JAVA_BYTE, question))
              .orThrow("send as the other guest");
          assertThat(ear.next()).isEqualTo(question);
        }
      }
      double seconds = (System.nanoTime() - began) / 1e9;
      assertThat(flooded.frames.size())
          .as("frames read in %s s", seconds)
          .isLessThanOrEqualTo((int) (FrameReader.BURST + FrameReader.RATE * seconds) + 1);
    }
  }
}

package dev.patchbay.linux.netlink;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.patchbay.linux.libc.Fd;
import dev.patchbay.linux.libc.Libc;
import dev.patchbay.linux.netns.LiveNetns;
import dev.patchbay.linux.netns.NetnsHandle;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What happens to datagrams that nobody waits for, or that are not the kernel's. */
final class InboxLiveTest {
  private static final int PORT = 424_242;
  private static final Request LINKS = Request.dump("list", 18, new Payload().struct(new byte[16]));

  @BeforeEach
  void needsNamespaces() {
    LiveNetns.assumePermitted();
  }

  @Test
  void lateAnswersAreDrainedAndNothingIsAnError() throws Exception {
    try (NetnsHandle netns = NetnsHandle.create();
        Fd fd = netns.visit(() -> socket(PORT));
        Inbox drained = new Inbox(fd.number(), Duration.ofSeconds(20));
        Inbox empty = new Inbox(fd.number(), Duration.ofMillis(1))) {
      send(fd, new Exchange(List.of(LINKS), 1, true).datagram(), 0);

      drained.drain();

      assertThatThrownBy(() -> empty.receive("list"))
          .isInstanceOf(SocketTimeoutException.class)
          .hasMessageContaining("list");
    }
  }

  @Test
  void aForgedAnswerOfAnotherProcessIsPassedOver() throws Exception {
    try (NetnsHandle netns = NetnsHandle.create();
        Fd fd = netns.visit(() -> socket(PORT));
        Fd forger = netns.visit(() -> socket(PORT + 1));
        Inbox inbox = new Inbox(fd.number(), Duration.ofSeconds(20))) {
      send(forger, new byte[20], PORT);
      send(fd, new Exchange(List.of(LINKS), 1, true).datagram(), 0);

      assertThat(inbox.receive("list")).isEmpty();
      assertThat(inbox.receive("list")).isPresent();
    }
  }

  @Test
  void anExchangeThatTakesTooLongSaysForWhat() throws Exception {
    try (NetnsHandle netns = NetnsHandle.create();
        NetlinkSocket socket =
            netns.visit(() -> NetlinkSocket.open(NetlinkSocket.NETLINK_ROUTE, Duration.ZERO))) {
      assertThatThrownBy(() -> socket.dump(LINKS))
          .isInstanceOf(SocketTimeoutException.class)
          .hasMessageContaining("\"list\"");
    }
  }

  private static Fd socket(int port) throws IOException {
    Fd fd = Fd.owning(Libc.socket(16, 3, 0), "open");
    try (Arena arena = Arena.ofConfined()) {
      Libc.bind(fd.number(), address(arena, port)).orThrow("bind");
      return fd;
    }
  }

  private static void send(Fd fd, byte[] bytes, int port) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment data = arena.allocateFrom(JAVA_BYTE, bytes);
      Libc.sendTo(fd.number(), data, 0, address(arena, port)).orThrow("send");
    }
  }

  private static MemorySegment address(Arena arena, int port) {
    MemorySegment address = arena.allocate(12, 4);
    address.set(JAVA_SHORT, 0, (short) 16);
    address.set(JAVA_INT, 4, port);
    return address;
  }
}

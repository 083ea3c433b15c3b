package dev.patchbay.linux.apply;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.linux.libc.Fd;
import dev.patchbay.linux.libc.Libc;
import dev.patchbay.linux.netns.NetnsHandle;
import dev.patchbay.linux.rtnetlink.Tap;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;

/** A guest's side of a tap, as QEMU has it open: frames with a struct virtio_net_hdr before. */
final class GuestTap implements AutoCloseable {
  private static final int VNET_HEADER = 10; // linux/virtio_net.h
  private static final int LARGEST_FRAME = 65_550;
  private static final short POLLIN = 1;

  private final Fd fd;

  GuestTap(NetnsHandle netns, IfName tap) throws IOException {
    fd = Tap.named(tap).open(netns);
  }

  void send(byte[] frame) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(VNET_HEADER + frame.length);
      MemorySegment.copy(frame, 0, bytes, JAVA_BYTE, VNET_HEADER, frame.length);
      Libc.write(fd.number(), bytes).orThrow("send as the guest");
    }
  }

  /** The next frame; empty when none came in time. */
  Optional<byte[]> receive(int millis) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      if (Libc.poll(fd.number(), POLLIN, millis).orThrow("wait as the guest") == 0) {
        return Optional.empty();
      }
      MemorySegment bytes = arena.allocate(LARGEST_FRAME);
      int length = (int) Libc.read(fd.number(), bytes).orThrow("receive as the guest");
      byte[] all = bytes.asSlice(0, length).toArray(JAVA_BYTE);
      return Optional.of(Arrays.copyOfRange(all, VNET_HEADER, length));
    }
  }

  @Override
  public void close() {
    fd.close();
  }
}

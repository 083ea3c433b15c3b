package dev.patchbay.linux.rtnetlink;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.linux.libc.Fd;
import dev.patchbay.linux.libc.Libc;
import dev.patchbay.linux.netns.NetnsHandle;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.OptionalInt;

/**
 * A tap device: an Ethernet link whose other end is a process, such as QEMU.
 *
 * @param name of the link
 * @param owner user that may open it without privilege
 * @param group of users that may
 * @param multiQueue whether it may be opened several times, once per queue
 * @param vnetHeader whether each frame is preceded by a struct virtio_net_hdr, as QEMU wants
 */
public record Tap(
    IfName name, OptionalInt owner, OptionalInt group, boolean multiQueue, boolean vnetHeader) {
  // linux/if_tun.h
  private static final long TUNSETIFF = 0x400454caL;
  private static final long TUNSETPERSIST = 0x400454cbL;
  private static final long TUNSETOWNER = 0x400454ccL;
  private static final long TUNSETGROUP = 0x400454ceL;
  private static final int IFF_TAP = 0x0002;
  private static final int IFF_MULTI_QUEUE = 0x0100;
  private static final int IFF_NO_PI = 0x1000;
  private static final int IFF_VNET_HDR = 0x4000;
  private static final int IFF_TUN_EXCL = 0x8000;
  private static final int IFREQ_SIZE = 40; // linux/if.h, struct ifreq
  private static final int IFREQ_FLAGS = 16;
  private static final int O_RDWR_CLOEXEC = 02 | 02000000; // asm-generic/fcntl.h
  private static final String DEVICE = "/dev/net/tun";

  /** A tap for QEMU with one queue that only root may open. */
  public static Tap named(IfName name) {
    return new Tap(name, OptionalInt.empty(), OptionalInt.empty(), false, true);
  }

  /** Makes the device in the namespace; it stays until it is deleted. EBUSY when it is there. */
  public void create(NetnsHandle netns) throws IOException {
    String doing = "add tap " + name;
    try (Fd queue = attach(netns, IFF_TUN_EXCL, doing)) {
      if (owner.isPresent()) {
        Libc.ioctl(queue.number(), TUNSETOWNER, owner.getAsInt()).orThrow(doing);
      }
      if (group.isPresent()) {
        Libc.ioctl(queue.number(), TUNSETGROUP, group.getAsInt()).orThrow(doing);
      }
      Libc.ioctl(queue.number(), TUNSETPERSIST, 1).orThrow(doing);
    }
  }

  /** Opens one queue of the device in the namespace, for handing it to another process. */
  public Fd open(NetnsHandle netns) throws IOException {
    return attach(netns, 0, "open tap " + name);
  }

  private Fd attach(NetnsHandle netns, int more, String doing) throws IOException {
    return netns.visit(() -> {
      Fd fd = Fd.owning(Libc.open(DEVICE, O_RDWR_CLOEXEC, 0), "open " + DEVICE);
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment ifreq = arena.allocate(IFREQ_SIZE, 8);
        MemorySegment.copy(
            MemorySegment.ofArray(name.value().getBytes(UTF_8)),
            0,
            ifreq,
            0,
            name.value().getBytes(UTF_8).length);
        ifreq.set(ValueLayout.JAVA_SHORT, IFREQ_FLAGS, (short) (flags() | more));
        Libc.ioctl(fd.number(), TUNSETIFF, ifreq).orThrow(doing);
        return fd;
      } catch (IOException | RuntimeException e) {
        fd.close();
        throw e;
      }
    });
  }

  private int flags() {
    return IFF_TAP
        | IFF_NO_PI
        | (multiQueue ? IFF_MULTI_QUEUE : 0)
        | (vnetHeader ? IFF_VNET_HDR : 0);
  }
}

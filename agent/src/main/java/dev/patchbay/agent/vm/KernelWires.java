package dev.patchbay.agent.vm;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.linux.netns.NetnsHandle;
import dev.patchbay.linux.packet.FrameFilter;
import dev.patchbay.linux.packet.FrameReader;
import dev.patchbay.linux.rtnetlink.KernelLink;
import dev.patchbay.linux.rtnetlink.LinkId;
import dev.patchbay.linux.rtnetlink.RouteSocket;
import dev.patchbay.vm.dhcp.Wires;
import java.io.IOException;
import java.nio.file.Path;

/** The kernel's links, all of them read by one thread. */
public final class KernelWires implements Wires, AutoCloseable {
  private final FrameReader reader;

  private KernelWires(FrameReader reader) {
    this.reader = reader;
  }

  /** Starts the thread. */
  public static KernelWires start() throws IOException {
    return new KernelWires(FrameReader.start());
  }

  @Override
  public Wire open(Netns netns, IfName name, Ear ear) throws IOException {
    try (NetnsHandle handle = NetnsHandle.open(Path.of(netns.path()));
        RouteSocket routes = RouteSocket.open(handle)) {
      if (netns.cookie() != 0 && handle.cookie() != netns.cookie()) {
        throw new IOException(netns + " is another namespace now");
      }
      KernelLink link =
          routes
              .link(LinkId.of(name))
              .orElseThrow(() -> new IOException("no link " + name + " in " + netns));
      return wire(reader.watch(handle, link.index(), FrameFilter.ADDRESS_TALK, told(ear)));
    }
  }

  private static FrameReader.Ear told(Ear ear) {
    return new FrameReader.Ear() {
      @Override
      public void heard(byte[] frame) {
        ear.heard(frame);
      }

      @Override
      public void gone() {
        ear.gone();
      }
    };
  }

  private static Wire wire(FrameReader.Watch watch) {
    return new Wire() {
      @Override
      public boolean send(byte[] frame) {
        return watch.send(frame);
      }

      @Override
      public void close() {
        watch.close();
      }
    };
  }

  /** Listens to none of them any more. */
  @Override
  public void close() {
    reader.close();
  }
}

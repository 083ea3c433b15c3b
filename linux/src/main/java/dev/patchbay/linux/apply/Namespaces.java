package dev.patchbay.linux.apply;

import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.linux.libc.Errno;
import dev.patchbay.linux.libc.KernelException;
import dev.patchbay.linux.netns.NetnsHandle;
import dev.patchbay.linux.netns.NotNetnsException;
import dev.patchbay.linux.rtnetlink.RouteSocket;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The namespaces of one operation, each opened when it is first needed. They keep their namespaces
 * alive until all are closed together.
 */
final class Namespaces implements AutoCloseable {
  private final NetnsHandle hostHandle;
  private final Map<Netns, OpenNetns> open = new HashMap<>();

  Namespaces(NetnsHandle hostHandle) {
    this.hostHandle = hostHandle;
  }

  OpenNetns host() throws IOException {
    return of(Netns.HOST);
  }

  /** The namespace that is meant; Refusal NetnsGone when there is none. */
  OpenNetns of(Netns netns) throws IOException {
    return find(netns).orElseThrow(() -> new Refusal(new AttachFailure.NetnsGone(netns.path())));
  }

  /** The namespace that is meant; empty when it is gone or another one took its path. */
  Optional<OpenNetns> find(Netns netns) throws IOException {
    OpenNetns known = open.get(netns);
    if (known != null) {
      return Optional.of(known);
    }
    Optional<OpenNetns> opened = netns.isHost() ? Optional.of(openHost()) : openAt(netns);
    opened.ifPresent(now -> open.put(netns, now));
    return opened;
  }

  private OpenNetns openHost() throws IOException {
    return new OpenNetns(Netns.HOST, hostHandle, RouteSocket.open(hostHandle));
  }

  private static Optional<OpenNetns> openAt(Netns netns) throws IOException {
    NetnsHandle handle;
    try {
      handle = NetnsHandle.open(Path.of(netns.path()));
    } catch (NotNetnsException _) {
      return Optional.empty(); // the file under a mount that is gone
    } catch (KernelException e) {
      if (e.errno().equals(Errno.ENOENT)) {
        return Optional.empty();
      }
      throw e;
    }
    try {
      RouteSocket socket = RouteSocket.open(handle);
      if (netns.cookie() != 0 && socket.netnsCookie() != netns.cookie()) {
        socket.close();
        handle.close();
        return Optional.empty();
      }
      return Optional.of(new OpenNetns(netns, handle, socket));
    } catch (IOException e) {
      handle.close();
      throw e;
    }
  }

  @Override
  public void close() {
    for (OpenNetns netns : open.values()) {
      netns.socket().close();
      if (!netns.netns().isHost()) {
        netns.handle().close();
      }
    }
    open.clear();
  }
}

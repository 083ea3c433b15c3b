package dev.patchbay.agent.api;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.IpText;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.linux.netns.NetnsHandle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;

/**
 * From where a pod is reached by TCP.
 *
 * @param from the namespace that has a route to the address
 * @param to the address there
 * @param text the same for people
 */
record WayIn(Netns from, InetAddress to, String text) {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Connects, or says in an IOException what is in the way. */
  SocketChannel connect(NetnsHandle host, int port) throws IOException {
    SocketChannel channel = open(host);
    try {
      channel.socket().connect(new InetSocketAddress(to, port), (int) PATIENCE.toMillis());
      return channel;
    } catch (SocketTimeoutException e) {
      channel.close();
      throw new IOException("nothing answers within " + PATIENCE.toSeconds() + " s", e);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** A socket belongs to the namespace that it was opened in, wherever it is used. */
  private SocketChannel open(NetnsHandle host) throws IOException {
    StandardProtocolFamily family =
        Cidr.host(to).isV4() ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
    if (from.isHost()) {
      return host.visit(() -> SocketChannel.open(family));
    }
    try (NetnsHandle netns = NetnsHandle.open(Path.of(from.path()))) {
      return netns.visit(() -> SocketChannel.open(family));
    }
  }

  /** Address and port as people write them. */
  String at(int port) {
    String address = IpText.of(to);
    return (address.contains(":") ? "[" + address + "]" : address) + ":" + port;
  }
}

package dev.patchbay.apiserver.stream;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.eclipse.jetty.server.Request;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The other end of a connection. While an answer of HTTP/1.1 is under way nobody reads what the
 * client sends, so only the kernel knows that it hung up: the connection is no longer ESTABLISHED
 * (include/net/tcp_states.h, proc(5)).
 *
 * @param localPort of the server
 * @param remotePort of the client
 */
record Peer(int localPort, int remotePort) {
  private static final Logger LOG = LoggerFactory.getLogger(Peer.class);
  private static final List<Path> TABLES =
      List.of(Path.of("/proc/self/net/tcp"), Path.of("/proc/self/net/tcp6"));
  private static final String ESTABLISHED = "01";

  static Peer of(Request request) {
    return new Peer(
        port(request.getConnectionMetaData().getLocalSocketAddress()),
        port(request.getConnectionMetaData().getRemoteSocketAddress()));
  }

  private static int port(SocketAddress address) {
    return address instanceof InetSocketAddress inet ? inet.getPort() : 0;
  }

  /** Whether it hung up; false where the kernel does not tell. */
  boolean hungUp() {
    try {
      List<Path> readable = TABLES.stream().filter(Files::exists).toList();
      for (Path table : readable) {
        if (Files.readAllLines(table).stream().anyMatch(this::isOpen)) {
          return false;
        }
      }
      return !readable.isEmpty();
    } catch (IOException e) {
      LOG.debug("the kernel's table of connections cannot be read", e);
      return false;
    }
  }

  private boolean isOpen(String line) {
    // number, local address:port, remote address:port, state, …
    String[] words = line.strip().split("\\s+", 5);
    return words.length == 5
        && words[1].endsWith(hex(localPort))
        && words[2].endsWith(hex(remotePort))
        && words[3].equals(ESTABLISHED);
  }

  private static String hex(int port) {
    return String.format(Locale.ROOT, ":%04X", port);
  }
}

package dev.patchbay.e2e;

import dev.patchbay.linux.netns.NetnsHandle;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A way into the loopback of another network namespace for clients of this process: what connects
 * to a port here is connected to an address there.
 */
final class Doorway implements AutoCloseable {
  private static final int CONNECT_MILLIS = 5_000;

  private final Path netns;
  private final InetSocketAddress there;
  private final ServerSocket here;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  private Doorway(Path netns, InetSocketAddress there, ServerSocket here) {
    this.netns = netns;
    this.there = there;
    this.here = here;
  }

  /** Opens one; nobody needs to listen on the other side yet. */
  static Doorway into(Path netns, InetSocketAddress there) throws IOException {
    var doorway =
        new Doorway(netns, there, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    Thread.ofPlatform().daemon().name("doorway").start(doorway::accept);
    return doorway;
  }

  /** The port on this side, on loopback. */
  int port() {
    return here.getLocalPort();
  }

  private void accept() {
    while (!here.isClosed()) {
      try {
        Socket client = here.accept();
        open.add(client);
        Thread.ofVirtual().start(() -> join(client));
      } catch (IOException _) {
        return; // it was closed
      }
    }
  }

  private void join(Socket client) {
    try (NetnsHandle handle = NetnsHandle.open(netns);
        Socket server = handle.inside(this::connected)) {
      open.add(server);
      Thread back = Thread.ofVirtual().start(() -> pump(server, client));
      pump(client, server);
      back.join();
    } catch (IOException _) {
      // Nobody listens there: the client sees its connection end, as it would have.
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      end(client);
    }
  }

  private Socket connected() throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(there, CONNECT_MILLIS);
      socket.setTcpNoDelay(true);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** One end closes both: TLS has no use for half a connection. */
  private void pump(Socket from, Socket to) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] bytes = new byte[16 << 10];
      for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
        out.write(bytes, 0, count);
      }
    } catch (IOException _) {
      // the other direction hears of it by the close below
    } finally {
      end(from);
      end(to);
    }
  }

  private void end(Socket socket) {
    open.remove(socket);
    try {
      socket.close();
    } catch (IOException e) {
      throw new IllegalStateException("a socket cannot be closed", e);
    }
  }

  @Override
  public void close() throws IOException {
    here.close();
    Set.copyOf(open).forEach(this::end);
  }
}

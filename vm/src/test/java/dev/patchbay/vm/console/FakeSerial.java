package dev.patchbay.vm.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** QEMU's end of a console: listens, serves one client, and drops what it says to nobody. */
final class FakeSerial implements AutoCloseable {
  private final Path path;
  private final ServerSocketChannel server;
  private final BlockingQueue<SocketChannel> clients = new ArrayBlockingQueue<>(8);
  private final ByteArrayOutputStream typed = new ByteArrayOutputStream();

  FakeSerial(Path path) throws IOException {
    this.path = path;
    Files.deleteIfExists(path);
    this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(path));
    Thread.ofVirtual().start(this::accept);
  }

  private void accept() {
    try {
      while (clients.offer(server.accept())) {
        Thread.onSpinWait();
      }
    } catch (IOException _) {
      return; // closed
    }
  }

  /** The client, once it is there. */
  SocketChannel client() throws InterruptedException {
    SocketChannel client = clients.poll(10, TimeUnit.SECONDS);
    if (client == null) {
      throw new AssertionError("nobody connected within 10 s");
    }
    clients.add(client);
    return client;
  }

  void say(String text) throws IOException, InterruptedException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(UTF_8));
    SocketChannel client = client();
    while (bytes.hasRemaining()) {
      client.write(bytes);
    }
  }

  /** From now on what is typed is read. */
  void listens() throws InterruptedException {
    SocketChannel client = client();
    Thread.ofVirtual().start(() -> listen(client));
  }

  private void listen(SocketChannel client) {
    ByteBuffer bytes = ByteBuffer.allocate(4096);
    try {
      while (client.read(bytes) >= 0) {
        synchronized (typed) {
          typed.write(bytes.array(), 0, bytes.position());
        }
        bytes.clear();
      }
    } catch (IOException _) {
      return; // closed
    }
  }

  String typed() {
    synchronized (typed) {
      return typed.toString(UTF_8);
    }
  }

  /** QEMU ends. */
  @Override
  public void close() throws IOException {
    server.close();
    for (SocketChannel client : clients) {
      client.close();
    }
    Files.deleteIfExists(path);
  }
}

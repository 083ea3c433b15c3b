package dev.patchbay.cri.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.spdy.SpdyFrame;
import io.netty.handler.codec.spdy.SpdyFrameCodec;
import io.netty.handler.codec.spdy.SpdyVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** The other end of one connection, which says what a test tells it to. */
final class PlayedSpdyServer implements AutoCloseable {
  static final String SWITCHING =
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n"
          + "X-Stream-Protocol-Version: v4.channel.k8s.io\r\n\r\n";

  private final ServerSocket listener;
  private final EmbeddedChannel encoder =
      new EmbeddedChannel(new SpdyFrameCodec(SpdyVersion.SPDY_3_1));
  private final EmbeddedChannel decoder =
      new EmbeddedChannel(new SpdyFrameCodec(SpdyVersion.SPDY_3_1));

  /** What the server does with its one connection. */
  @FunctionalInterface
  interface Part {
    void play(Socket connection) throws Exception;
  }

  PlayedSpdyServer(Part part) throws IOException {
    listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    Thread.startVirtualThread(() -> {
      try (Socket connection = listener.accept()) {
        part.play(connection);
      } catch (Exception _) {
        // The client hung up or the test closed the server: its assertions tell.
      }
    });
  }

  /** One that upgrades and then does that. */
  static PlayedSpdyServer upgrading(Part part) throws IOException {
    return new PlayedSpdyServer(connection -> {
      head(connection);
      write(connection, SWITCHING.getBytes(StandardCharsets.US_ASCII));
      part.play(connection);
    });
  }

  /** The same, once the client has opened so many streams. */
  static PlayedSpdyServer upgraded(int streams, Part part) throws IOException {
    return upgrading(connection -> {
      EmbeddedChannel opened = new EmbeddedChannel(new SpdyFrameCodec(SpdyVersion.SPDY_3_1));
      byte[] block = new byte[4096];
      while (opened.inboundMessages().size() < streams) {
        int count = connection.getInputStream().read(block);
        opened.writeInbound(Unpooled.copiedBuffer(block, 0, count));
      }
      part.play(connection);
    });
  }

  URI url() {
    return URI.create("http://127.0.0.1:%d/exec/token".formatted(listener.getLocalPort()));
  }

  /** The request's head. */
  static String head(Socket connection) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
      int one = connection.getInputStream().read();
      if (one < 0) {
        throw new IOException("the client hung up");
      }
      head.write(one);
    }
    return head.toString(StandardCharsets.US_ASCII);
  }

  static void write(Socket connection, byte[] bytes) throws IOException {
    OutputStream out = connection.getOutputStream();
    out.write(bytes);
    out.flush();
  }

  void send(Socket connection, SpdyFrame frame) throws IOException {
    encoder.writeOutbound(frame);
    for (ByteBuf bytes = encoder.readOutbound(); bytes != null; bytes = encoder.readOutbound()) {
      write(connection, ByteBufUtil.getBytes(bytes));
      bytes.release();
    }
  }

  /** The next frame of the client. */
  SpdyFrame receive(Socket connection) throws IOException {
    SpdyFrame frame = decoder.readInbound();
    while (frame == null) {
      byte[] block = new byte[4096];
      int count = connection.getInputStream().read(block);
      if (count < 0) {
        throw new IOException("the client hung up");
      }
      decoder.writeInbound(Unpooled.copiedBuffer(block, 0, count));
      frame = decoder.readInbound();
    }
    return frame;
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}

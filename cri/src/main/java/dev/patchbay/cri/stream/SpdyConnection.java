package dev.patchbay.cri.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.spdy.DefaultSpdyDataFrame;
import io.netty.handler.codec.spdy.DefaultSpdyPingFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynStreamFrame;
import io.netty.handler.codec.spdy.SpdyFrame;
import io.netty.handler.codec.spdy.SpdyFrameCodec;
import io.netty.handler.codec.spdy.SpdyVersion;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * SPDY/3.1 frames over a TCP connection that began as an HTTP upgrade. Netty's codec does the
 * bytes; reading and writing block their threads, so the kernel's socket buffers are the
 * back-pressure. The stream servers of container runtimes (moby/spdystream) neither send nor heed
 * WINDOW_UPDATE: there is no flow control to take part in.
 */
final class SpdyConnection implements AutoCloseable {
  /** The newest of the protocols that a runtime's stream server speaks over SPDY. */
  static final String PROTOCOL = "v4.channel.k8s.io";

  private static final String PROTOCOL_HEADER = "X-Stream-Protocol-Version";
  private static final int CONNECT_MILLIS = 5_000;
  private static final int HANDSHAKE_MILLIS = 30_000;
  private static final int CHUNK = 64 << 10;
  private static final int HEADERS = 16 << 10;

  private final Socket socket;
  private final InputStream received;
  private final byte[] buffer = new byte[CHUNK];
  private final EmbeddedChannel decoder = new EmbeddedChannel(new HttpResponseDecoder(), codec());
  private final EmbeddedChannel encoder = new EmbeddedChannel(codec());
  private final ReentrantLock writing = new ReentrantLock();

  private SpdyConnection(Socket socket) throws IOException {
    this.socket = socket;
    this.received = socket.getInputStream();
  }

  private static SpdyFrameCodec codec() {
    // level, window and memory of the header compression: zlib's own defaults
    return new SpdyFrameCodec(SpdyVersion.SPDY_3_1, CHUNK, HEADERS, 6, 15, 8);
  }

  /** Connects and upgrades; an {@link IOException} names the answer of a server that refuses. */
  static SpdyConnection open(URI url) throws IOException {
    if (!"http".equals(url.getScheme()) || url.getHost() == null || url.getPort() < 0) {
      throw new IOException(
          "the runtime's stream address is %s: only http://HOST:PORT/… is spoken".formatted(url));
    }
    Socket socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      String host = url.getHost().replaceAll("[\\[\\]]", "");
      socket.connect(new InetSocketAddress(host, url.getPort()), CONNECT_MILLIS);
      socket.setSoTimeout(HANDSHAKE_MILLIS);
      SpdyConnection connection = new SpdyConnection(socket);
      connection.upgrade(url);
      socket.setSoTimeout(0);
      return connection;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private void upgrade(URI url) throws IOException {
    var request =
        new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, url.getRawPath());
    request
        .headers()
        .set(HttpHeaderNames.HOST, url.getAuthority())
        .set(HttpHeaderNames.CONNECTION, "Upgrade")
        .set(HttpHeaderNames.UPGRADE, "SPDY/3.1")
        .set(HttpHeaderNames.CONTENT_LENGTH, 0)
        .set(PROTOCOL_HEADER, PROTOCOL);
    EmbeddedChannel head = new EmbeddedChannel(new HttpRequestEncoder());
    head.writeOutbound(request);
    send(head);
    Object answer = decoder.readInbound();
    while (answer == null) {
      if (!fill()) {
        throw new IOException("the runtime's stream server hung up");
      }
      answer = decoder.readInbound();
    }
    if (!(answer instanceof HttpResponse response) || response.decoderResult().isFailure()) {
      ReferenceCountUtil.release(answer);
      throw new IOException("the runtime's stream server does not speak HTTP");
    }
    if (!response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
      throw new IOException("the runtime's stream server answered " + response.status());
    }
    String protocol = response.headers().get(PROTOCOL_HEADER, "");
    if (!protocol.equals(PROTOCOL)) {
      throw new IOException(
          "the runtime's stream server chose the protocol '%s' instead of %s"
              .formatted(protocol, PROTOCOL));
    }
  }

  /** Opens a stream that says what it is for. */
  void open(int id, String type) throws IOException {
    var frame = new DefaultSpdySynStreamFrame(id, 0, (byte) 0);
    frame.headers().set("streamtype", type);
    write(frame);
  }

  /** Sends bytes of a stream; blocks while the other side does not read. */
  void send(int id, byte[] bytes, int offset, int length) throws IOException {
    write(new DefaultSpdyDataFrame(id, Unpooled.wrappedBuffer(bytes, offset, length)));
  }

  /** Ends our half of a stream. */
  void end(int id) throws IOException {
    var frame = new DefaultSpdyDataFrame(id);
    frame.setLast(true);
    write(frame);
  }

  /** Answers a ping of the other side. */
  void pong(int id) throws IOException {
    write(new DefaultSpdyPingFrame(id));
  }

  /**
   * The next frame, to be released by the caller; empty at the end of the connection. One thread
   * reads.
   */
  Optional<SpdyFrame> next() throws IOException {
    while (true) {
      Object message = decoder.readInbound();
      if (message instanceof SpdyFrame frame) {
        return Optional.of(frame);
      }
      // what is left of the HTTP answer
      ReferenceCountUtil.release(message);
      if (message == null && !fill()) {
        return Optional.empty();
      }
    }
  }

  private boolean fill() throws IOException {
    int count = received.read(buffer);
    if (count < 0) {
      return false;
    }
    try {
      decoder.writeInbound(Unpooled.copiedBuffer(buffer, 0, count));
    } catch (Exception e) {
      // Netty throws its checked exceptions without declaring them
      throw new IOException("what came is not SPDY/3.1: " + e.getMessage(), e);
    }
    return true;
  }

  private void write(SpdyFrame frame) throws IOException {
    writing.lock();
    try {
      encoder.writeOutbound(frame);
      send(encoder);
    } finally {
      writing.unlock();
    }
  }

  private void send(EmbeddedChannel encoded) throws IOException {
    for (ByteBuf bytes = encoded.readOutbound(); bytes != null; bytes = encoded.readOutbound()) {
      try {
        socket.getOutputStream().write(ByteBufUtil.getBytes(bytes));
      } finally {
        bytes.release();
      }
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

package dev.patchbay.agent.api;

import dev.patchbay.agent.socket.Conversation;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A TCP connection, half of which may end before the other. What is left of one whose caller said
 * all ends when it is silent for too long: the caller may be gone.
 */
final class TcpConversation implements Conversation {
  private static final Logger LOG = LoggerFactory.getLogger(TcpConversation.class);
  private static final Duration SILENCE = Duration.ofMinutes(5);

  private final SocketChannel channel;
  private final InputStream received;
  private final OutputStream sent;
  private volatile boolean hungUp;

  TcpConversation(SocketChannel channel) throws IOException {
    this.channel = channel;
    channel.socket().setSoTimeout((int) SILENCE.toMillis());
    channel.socket().setKeepAlive(true);
    this.received = channel.socket().getInputStream();
    this.sent = channel.socket().getOutputStream();
  }

  @Override
  public OutputStream input() {
    return sent;
  }

  @Override
  public InputStream output() {
    return new Received();
  }

  @Override
  public void hungUp() throws IOException {
    hungUp = true;
    if (channel.isConnected()) {
      channel.shutdownOutput();
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("closing a connection failed", e);
    }
  }

  private final class Received extends InputStream {
    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      while (true) {
        try {
          return received.read(into, offset, length);
        } catch (SocketTimeoutException _) {
          if (hungUp) {
            return -1;
          }
        }
      }
    }

    @Override
    public void close() {
      TcpConversation.this.close();
    }
  }
}

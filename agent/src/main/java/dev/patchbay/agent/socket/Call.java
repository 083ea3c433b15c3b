package dev.patchbay.agent.socket;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One caller's connection behind its request. One thread listens to the caller, another one
 * answers.
 */
final class Call {
  private static final Logger LOG = LoggerFactory.getLogger(Call.class);
  private static final int BLOCK = 16 << 10;

  private final SocketChannel connection;
  private final CountDownLatch over = new CountDownLatch(1);
  private volatile @Nullable Conversation then;

  Call(SocketChannel connection) {
    this.connection = connection;
  }

  /** Returns when the caller has closed its end, or when we have. */
  void listen() throws IOException {
    byte[] block = new byte[BLOCK];
    ByteBuffer bytes = ByteBuffer.wrap(block);
    try {
      while (connection.read(bytes) >= 0) {
        hear(block, bytes.position());
        bytes.clear();
      }
    } catch (ClosedChannelException _) {
      return; // answered
    }
  }

  private void hear(byte[] block, int count) {
    Conversation to = then;
    if (to != null) {
      try {
        to.input().write(block, 0, count);
        to.input().flush();
      } catch (IOException e) {
        LOG.debug("a conversation takes no more", e);
        to.close();
      }
    }
  }

  /** To be called when the caller has closed its end: waits for what he may still be told. */
  void finish() throws IOException {
    Conversation to = then;
    if (to == null) {
      return;
    }
    try {
      to.hungUp();
      over.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      to.close();
    }
  }

  /** Answers and, unless more is to follow, ends the connection. */
  void answer(Frames.Reply reply) {
    // before the answer is sent, which the caller may follow up at once
    then = reply.then().orElse(null);
    try {
      send(Frames.write(reply));
    } catch (IOException e) {
      LOG.info("Patchbay: the caller did not wait for its answer: {}", e.toString());
      end();
      return;
    }
    if (then == null) {
      end();
    } else {
      Thread.ofVirtual().name("conversation").start(this::tell);
    }
  }

  private void tell() {
    Conversation from = then;
    byte[] block = new byte[BLOCK];
    try (InputStream said = from == null ? InputStream.nullInputStream() : from.output()) {
      for (int count = said.read(block); count >= 0; count = said.read(block)) {
        send(ByteBuffer.wrap(block, 0, count));
      }
    } catch (IOException e) {
      LOG.debug("a conversation broke", e);
    } finally {
      end();
    }
  }

  private void send(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      connection.write(bytes);
    }
  }

  private void end() {
    Conversation what = then;
    if (what != null) {
      what.close();
    }
    over.countDown();
    try {
      connection.close();
    } catch (IOException e) {
      LOG.debug("closing a connection failed", e);
    }
  }
}

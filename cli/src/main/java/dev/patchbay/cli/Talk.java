package dev.patchbay.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import tools.jackson.databind.node.ObjectNode;

/**
 * A connection to the agent that goes on behind its answer. One thread may receive while another
 * one sends.
 *
 * @param answer the agent's
 * @param channel bytes both ways
 */
record Talk(ObjectNode answer, SocketChannel channel) implements AutoCloseable {
  private static final int BLOCK = 16 << 10;

  /** Copies what comes until the agent ends it. */
  void receive(OutputStream to) throws IOException {
    ByteBuffer block = ByteBuffer.allocate(BLOCK);
    while (channel.read(block) >= 0) {
      to.write(block.array(), 0, block.position());
      to.flush();
      block.clear();
    }
  }

  /** Copies all there is to the agent. */
  void send(InputStream from) throws IOException {
    byte[] block = new byte[BLOCK];
    for (int count = from.read(block); count >= 0; count = from.read(block)) {
      send(block, count);
    }
  }

  /** Sends the first bytes of a block. */
  void send(byte[] block, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(block, 0, count);
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}

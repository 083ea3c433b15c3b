package dev.patchbay.apiserver.stream;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a stream whose client hung up during silence, which would else stay open until there is
 * something to send.
 *
 * @param thread looks now and then
 */
record PeerWatch(Thread thread) implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PeerWatch.class);
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

  static PeerWatch over(Peer client, InputStream stream) {
    return new PeerWatch(Thread.startVirtualThread(() -> watch(client, stream)));
  }

  private static void watch(Peer client, InputStream stream) {
    try {
      do {
        Thread.sleep(LOOK_AGAIN);
      } while (!client.hungUp());
      stream.close();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      LOG.debug("closing a stream failed", e);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}

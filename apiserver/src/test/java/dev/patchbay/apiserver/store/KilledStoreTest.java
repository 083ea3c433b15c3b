package dev.patchbay.apiserver.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** kill -9 at random, again and again, during a thousand writes and more. */
class KilledStoreTest {
  private static final int WRITES = 1_000;
  private static final int MOST_AT_ONCE = 250;

  @TempDir Path folder;

  @Test
  @Timeout(value = 3, unit = TimeUnit.MINUTES)
  void everyAcknowledgedWriteIsThereAfterwards() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Path file = folder.resolve("objects.db");
    int acknowledged = 0;
    while (acknowledged < WRITES) {
      int least = acknowledged + 1 + random.nextInt(MOST_AT_ONCE);
      acknowledged = writeAndKill(file, acknowledged + 1, least);
      try (var store = ObjectStore.open(file)) {
        int there = 0;
        while (store.get(key(there + 1)).isPresent()) {
          there++;
        }
        // One more may have been kept without the word of it coming through.
        assertThat(there).as("seed %d", seed).isBetween(acknowledged, acknowledged + 1);
        assertThat(store.all()).as("seed %d", seed).hasSize(there);
        assertThat(store.version()).isEqualTo(store.get(key(there)).orElseThrow().version());
        acknowledged = there;
      }
    }
  }

  /** The last number that was acknowledged before the kill. */
  private static int writeAndKill(Path file, int first, int least) throws Exception {
    Process writer =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    System.getProperty("java.class.path"),
                    StoreWriter.class.getName(),
                    file.toString(),
                    Integer.toString(first)))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    int last = 0;
    try (var said = new BufferedReader(new InputStreamReader(writer.getInputStream(), UTF_8))) {
      for (String line = said.readLine(); line != null; line = said.readLine()) {
        last = Integer.parseInt(line);
        if (last >= least) {
          // Through the handle, because the process itself would close what is still to be read.
          writer.toHandle().destroyForcibly();
          last = drain(said, last);
          break;
        }
      }
    } finally {
      writer.destroyForcibly();
    }
    assertThat(writer.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(last).as("the writer wrote").isPositive();
    return last;
  }

  /** What was said before the kill and not yet read; a number that was cut short does not count. */
  private static int drain(BufferedReader said, int last) throws IOException {
    int latest = last;
    var rest = new StringBuilder();
    for (int letter = said.read(); letter >= 0; letter = said.read()) {
      rest.append((char) letter);
    }
    int whole = rest.lastIndexOf("\n");
    for (String line : rest.substring(0, Math.max(0, whole)).lines().toList()) {
      latest = Integer.parseInt(line);
    }
    return latest;
  }

  private static ObjectKey key(int number) {
    return new ObjectKey("", "configmaps", "default", "o" + number);
  }
}

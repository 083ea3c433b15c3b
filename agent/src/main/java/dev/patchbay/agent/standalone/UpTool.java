package dev.patchbay.agent.standalone;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/**
 * Runs a standalone node in the foreground, for {@code patchbay up}: found by name, so that the
 * command line does not depend on the agent.
 */
public final class UpTool implements ToolProvider {
  private static final int USAGE = 2;
  private static final String PROGRESS = "patchbay up: ";
  private static final String FAILURE = "patchbay up failed: ";

  /** Made by the service loader. */
  public UpTool() {}

  @Override
  public String name() {
    return "patchbay-up";
  }

  @Override
  public int run(PrintWriter out, PrintWriter err, String... args) {
    try {
      StandaloneConfig config = read(List.of(args));
      Standalone standalone =
          Standalone.start(
              config,
              line -> {
                err.println(PROGRESS + line);
                err.flush();
              });
      Runtime.getRuntime()
          .addShutdownHook(Thread.ofPlatform().unstarted(() -> close(standalone, err)));
      err.println(PROGRESS + "ready");
      err.flush();
      boolean purges = standalone.awaitDown();
      standalone.close();
      if (purges) {
        forget(config.folder());
      }
      return 0;
    } catch (IllegalArgumentException e) {
      err.println(FAILURE + e.getMessage());
      return USAGE;
    } catch (IOException e) {
      err.println(FAILURE + e.getMessage());
      return 1;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }

  private static StandaloneConfig read(List<String> args) {
    Path file = StandaloneConfig.DEFAULT_FILE;
    Map<String, String> said = new LinkedHashMap<>();
    for (int index = 0; index < args.size(); index++) {
      String word = args.get(index);
      int equals = word.indexOf('=');
      if (word.equals("--config") && index + 1 < args.size()) {
        file = Path.of(args.get(++index));
      } else if (equals > 0) {
        said.put(word.substring(0, equals), word.substring(equals + 1));
      } else {
        throw new IllegalArgumentException(
            "\"" + word + "\" is not understood; write --config FILE or key=value");
      }
    }
    return StandaloneConfig.read(file, said);
  }

  private static void close(Standalone standalone, PrintWriter err) {
    try {
      standalone.close();
    } catch (IOException e) {
      err.println(FAILURE + e.getMessage());
    }
  }

  private static void forget(Path folder) throws IOException {
    try (Stream<Path> tree = Files.walk(folder)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}

package dev.patchbay.agent.spool;

import dev.patchbay.agent.socket.Frames;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder into which the shim writes a DEL durably when it reaches no agent: one request frame a
 * file, named by time.
 */
public final class DelSpool {
  private static final Logger LOG = LoggerFactory.getLogger(DelSpool.class);
  private static final String SUFFIX = ".req";
  private static final String DRAFT = ".tmp";
  private static final Duration ABANDONED = Duration.ofHours(1);

  private final Path folder;

  /** The spool in a folder, which is made with mode 0700 when missing. */
  public DelSpool(Path folder) throws IOException {
    this.folder = folder;
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
  }

  /**
   * Hands each spooled request to the worker, oldest first, and removes those that it has done.
   *
   * @param worker true when the request is done for good
   * @return how many were done
   */
  public int drain(Predicate<Frames.Request> worker) throws IOException {
    sweep();
    int done = 0;
    for (Path file : files()) {
      if (drain(file, worker)) {
        Files.deleteIfExists(file);
        done++;
      }
    }
    return done;
  }

  private boolean drain(Path file, Predicate<Frames.Request> worker) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      return worker.test(Frames.read(in));
    } catch (Frames.MalformedFrameException | Frames.KnockException | EOFException e) {
      Path aside = file.resolveSibling(file.getFileName() + ".unreadable");
      Files.move(file, aside, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      LOG.error(
          "Patchbay: spooled DEL {} cannot be read ({}); it is kept as {}",
          file,
          e.getMessage(),
          aside);
      return false;
    }
  }

  /** Half-written files of shims that were killed; no runtime was told that their DEL is done. */
  private void sweep() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file :
          files.filter(file -> file.getFileName().toString().endsWith(DRAFT)).toList()) {
        if (Files.getLastModifiedTime(file).toInstant().isBefore(Instant.now().minus(ABANDONED))) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.getFileName().toString().endsWith(SUFFIX)).sorted().toList();
    }
  }
}

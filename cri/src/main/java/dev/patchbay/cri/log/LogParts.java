package dev.patchbay.cri.log;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedDeque;

/** The files of one log, open, oldest first. */
final class LogParts {
  private LogParts() {}

  /**
   * Opens the newest first: a rotation meanwhile gives a file another name, which then is known
   * again, and never hides one.
   */
  static Deque<LogFile> open(Path path, List<Path> rotated) throws IOException {
    // closed by one thread while another one goes on to the next part
    Deque<LogFile> parts = new ConcurrentLinkedDeque<>();
    Set<Object> known = new HashSet<>();
    try {
      parts.add(LogFile.open(path));
      known.add(parts.getFirst().key());
      for (Path older : rotated.reversed()) {
        LogFile part = LogFile.open(older);
        if (known.add(part.key())) {
          parts.addFirst(part);
        } else {
          part.bytes().close();
        }
      }
    } catch (NoSuchFileException e) {
      if (parts.isEmpty()) {
        throw e;
      }
    } catch (IOException e) {
      close(parts);
      throw e;
    }
    return parts;
  }

  static void close(Deque<LogFile> parts) throws IOException {
    for (LogFile part = parts.pollFirst(); part != null; part = parts.pollFirst()) {
      part.bytes().close();
    }
  }
}

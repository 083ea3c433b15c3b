package dev.patchbay.vm.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Where a machine's console is logged: {@code console.log} and its rotated parts {@code
 * console.log.1}, older, and so on; the same of the start before as {@code previous.log}. Each is a
 * log file as a container runtime writes it.
 *
 * @param folder the machine's
 */
public record ConsoleFiles(Path folder) {
  private static final String CURRENT = "console.log";
  private static final String PREVIOUS = "previous.log";

  /** What is written to. */
  public Path current() {
    return folder.resolve(CURRENT);
  }

  /** The last part of what the machine said before its last start. */
  public Path previous() {
    return folder.resolve(PREVIOUS);
  }

  /** The rotated parts of a log that are there, oldest first, without itself. */
  public static List<Path> rotated(Path log) {
    List<Path> parts = new ArrayList<>();
    for (int number = 1; Files.exists(part(log, number)); number++) {
      parts.add(part(log, number));
    }
    Collections.reverse(parts);
    return List.copyOf(parts);
  }

  /** Makes room at the path by renaming; of the parts, at most one less than so many stay. */
  static void rotate(Path log, int files) throws IOException {
    for (int number = rotated(log).size(); number >= files - 1 && number > 0; number--) {
      Files.delete(part(log, number));
    }
    for (int number = rotated(log).size(); number > 0; number--) {
      move(part(log, number), part(log, number + 1));
    }
    if (files > 1) {
      move(log, part(log, 1));
    } else {
      Files.deleteIfExists(log);
    }
  }

  /**
   * A new start of the machine: what was current becomes previous, what was that goes. A start that
   * said nothing takes no place.
   */
  void begin() throws IOException {
    if (!Files.exists(current())) {
      Files.createFile(current());
    } else if (Files.size(current()) > 0 || Files.exists(part(current(), 1))) {
      age();
      Files.createFile(current());
    }
  }

  private void age() throws IOException {
    for (Path part : rotated(previous())) {
      Files.delete(part);
    }
    int parts = rotated(current()).size();
    for (int number = 1; number <= parts; number++) {
      move(part(current(), number), part(previous(), number));
    }
    move(current(), previous());
  }

  private static Path part(Path log, int number) {
    return number == 0 ? log : log.resolveSibling(log.getFileName() + "." + number);
  }

  private static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}

package dev.patchbay.cri.log;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * An open log file that is known again when its path leads elsewhere.
 *
 * @param key device and inode
 */
record LogFile(FileChannel bytes, Object key) {
  /**
   * Opens what is at the path; a link is refused, which who may write there could lead anywhere.
   */
  static LogFile open(Path path) throws IOException {
    while (true) {
      Object before = key(path);
      FileChannel bytes =
          FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
      try {
        // a rotation between the two would give the file the key of another
        if (before.equals(key(path))) {
          return new LogFile(bytes, before);
        }
      } catch (IOException e) {
        bytes.close();
        throw e;
      }
      bytes.close();
    }
  }

  /** Whether the path leads to this file, or nowhere. */
  boolean isAt(Path path) throws IOException {
    try {
      return key(path).equals(key);
    } catch (NoSuchFileException _) {
      return true;
    }
  }

  private static Object key(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
  }
}

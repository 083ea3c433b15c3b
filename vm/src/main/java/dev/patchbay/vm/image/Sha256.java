package dev.patchbay.vm.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A SHA-256 digest.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record Sha256(String hex) {
  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");
  private static final String PREFIX = "sha256:";
  private static final int CHUNK = 1 << 20;

  /** Throws IllegalArgumentException naming the text. */
  public Sha256 {
    if (!HEX.matcher(hex).matches()) {
      throw new IllegalArgumentException(
          "\"" + hex + "\" is no SHA-256 digest; write its 64 hexadecimal digits");
    }
  }

  /** Reads digits of either case, with or without {@code sha256:} before them. */
  static Sha256 parse(String text) {
    String lower = text.strip().toLowerCase(Locale.ROOT);
    return new Sha256(lower.startsWith(PREFIX) ? lower.substring(PREFIX.length()) : lower);
  }

  /** The digest of a file's content. */
  static Sha256 of(Path file) throws IOException {
    MessageDigest digest = digest();
    byte[] chunk = new byte[CHUNK];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        digest.update(chunk, 0, read);
      }
    }
    return of(digest.digest());
  }

  static Sha256 of(byte[] digest) {
    return new Sha256(HexFormat.of().formatHex(digest));
  }

  static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return PREFIX + hex;
  }
}

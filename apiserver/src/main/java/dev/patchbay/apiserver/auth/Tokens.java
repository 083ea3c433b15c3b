package dev.patchbay.apiserver.auth;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bearer tokens and whose they are: the administrator's, which we make, and those of a file, which
 * is read again when it changes. A file that can no longer be read lets nobody in.
 */
public final class Tokens {
  /** Kubernetes' group of those who may do everything. */
  public static final String MASTERS = "system:masters";

  /** Kubernetes' group of those who are known. */
  public static final String AUTHENTICATED = "system:authenticated";

  private static final Logger LOG = LoggerFactory.getLogger(Tokens.class);
  private static final int BYTES = 32;
  private static final User ADMIN =
      new User("admin", List.of(MASTERS, AUTHENTICATED), Set.of(), false);

  private final String admin;
  private final Optional<Path> file;
  private volatile Known known = new Known(Optional.empty(), Map.of());

  /** What the file said when it was as it was then. */
  private record Known(Optional<Stamp> stamp, Map<String, User> users) {}

  private record Stamp(FileTime changed, long size, Object inode) {}

  private Tokens(String admin, Optional<Path> file) {
    this.admin = admin;
    this.file = file;
  }

  /**
   * The administrator's token of a file, made if it is not there, and those of users.
   *
   * @param adminFile holds the token and nothing else
   * @param users see {@link TokensFile}; need not be there
   */
  public static Tokens open(Path adminFile, Optional<Path> users) throws IOException {
    if (!Files.exists(adminFile)) {
      byte[] random = new byte[BYTES];
      new SecureRandom().nextBytes(random);
      String token = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
      PrivateFile.write(adminFile, (token + "\n").getBytes(StandardCharsets.UTF_8));
    }
    PrivateFile.require(adminFile);
    String token = Files.readString(adminFile).strip();
    if (token.length() < TokensFile.SHORTEST) {
      throw new IllegalArgumentException(
          adminFile + " holds no token; remove it, and a new one is made");
    }
    var tokens = new Tokens(token, users);
    tokens.readAgain();
    return tokens;
  }

  /** The administrator's token. */
  public String admin() {
    return admin;
  }

  /** Whose token that is; empty for nobody's. */
  public Optional<User> user(String token) {
    // Digests are compared, so that the time it takes tells nothing of the token.
    String digest = digest(token);
    if (digest.equals(digest(admin))) {
      return Optional.of(ADMIN);
    }
    refresh();
    return Optional.ofNullable(known.users().get(digest));
  }

  private void refresh() {
    try {
      if (!stamp().equals(known.stamp())) {
        readAgain();
      }
    } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
      LOG.error("no user but admin is let in until this is mended: {}", e.getMessage());
      known = new Known(Optional.empty(), Map.of());
    }
  }

  private synchronized void readAgain() throws IOException {
    Optional<Stamp> stamp = stamp();
    known =
        new Known(
            stamp, file.isPresent() && stamp.isPresent() ? TokensFile.read(file.get()) : Map.of());
  }

  private Optional<Stamp> stamp() throws IOException {
    if (file.isEmpty()) {
      return Optional.empty();
    }
    try {
      Map<String, Object> facts =
          Files.readAttributes(file.get(), "unix:lastModifiedTime,size,ino");
      return facts.get("lastModifiedTime") instanceof FileTime changed
              && facts.get("size") instanceof Long size
          ? Optional.of(new Stamp(changed, size, facts.getOrDefault("ino", "")))
          : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  static String digest(String token) {
    try {
      byte[] bytes = token.getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}

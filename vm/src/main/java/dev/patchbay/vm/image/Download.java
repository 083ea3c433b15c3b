package dev.patchbay.vm.image;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Fetches one address into one file. What a broken connection or an agent that ended has left there
 * is gone on with, if the other side says that it is still the same.
 */
final class Download {
  private static final int OK = 200;
  private static final int PARTIAL = 206;
  private static final int NOT_MODIFIED = 304;
  private static final int RANGE_NOT_SATISFIABLE = 416;
  private static final int SERVER_ERROR = 500;
  private static final int CHUNK = 1 << 18;
  private static final long TOLD_EVERY = Duration.ofSeconds(5).toNanos();

  private final HttpClient client;
  private final FetchLimits limits;
  private final Artifact.Remote from;
  private final Path part;
  private final Progress progress;
  private final long deadline;

  Download(
      HttpClient client, FetchLimits limits, Artifact.Remote from, Path part, Progress progress) {
    this.client = client;
    this.limits = limits;
    this.from = from;
    this.part = part;
    this.progress = progress;
    this.deadline = System.nanoTime() + limits.whole().toNanos();
  }

  /**
   * Brings all of it; the mark of the version that came, or empty when the other side still has the
   * version with the mark {@code had}.
   */
  Optional<Version> run(Optional<Version> had) throws ImageException {
    for (int tried = 1; ; tried++) {
      try {
        return once(had);
      } catch (ImageException e) {
        throw e;
      } catch (IOException e) {
        if (isNoSpace(e)) {
          throw noSpace(e.toString());
        }
        if (tried >= limits.tries() || System.nanoTime() >= deadline) {
          throw broken(e, tried);
        }
        progress.told(
            Progress.Stage.PULLING, "%s broke off (%s); asking again".formatted(from.text(), e));
        pause();
      }
    }
  }

  /** The JDK tells this by the kernel's words only. */
  private static boolean isNoSpace(IOException e) {
    String words = e.getMessage() + (e.getCause() == null ? "" : e.getCause().getMessage());
    return words.contains("No space left");
  }

  /**
   * What the other side calls a version: its entity tag, or else its date.
   *
   * @param mark as it said it; empty where it says none
   */
  record Version(String mark) {
    private boolean isTag() {
      return mark.startsWith("\"");
    }
  }

  private Optional<Version> once(Optional<Version> had) throws IOException {
    Optional<Version> begun = begun();
    long at = begun.isPresent() ? Files.size(part) : 0;
    HttpRequest.Builder ask = HttpRequest.newBuilder(from.url()).timeout(limits.connect());
    if (at > 0) {
      ask.header("Range", "bytes=" + at + "-").header("If-Range", begun.orElseThrow().mark());
    } else {
      had.filter(version -> !version.mark().isEmpty())
          .ifPresent(version ->
              ask.header(version.isTag() ? "If-None-Match" : "If-Modified-Since", version.mark()));
    }
    HttpResponse<InputStream> answer = send(ask.build());
    try (InputStream body = answer.body()) {
      return switch (answer.statusCode()) {
        case NOT_MODIFIED -> Optional.empty();
        case OK -> Optional.of(receive(answer, body, 0));
        case PARTIAL -> Optional.of(receive(answer, body, at));
        case RANGE_NOT_SATISFIABLE -> {
          forget();
          throw new IOException("what was begun is no part of it any more");
        }
        default -> throw refused(answer.statusCode());
      };
    }
  }

  private Version receive(HttpResponse<InputStream> answer, InputStream body, long at)
      throws IOException {
    Version version =
        new Version(
            answer
                .headers()
                .firstValue("ETag")
                .filter(tag -> tag.startsWith("\""))
                .or(() -> answer.headers().firstValue("Last-Modified"))
                .orElse(""));
    OptionalLong rest = answer.headers().firstValueAsLong("Content-Length");
    OptionalLong size = rest.isPresent() ? OptionalLong.of(at + rest.getAsLong()) : rest;
    requireRoom(rest, size);
    if (at == 0) {
      begin(version);
    }
    long received = write(body, at, size);
    if (size.isPresent() && received < size.getAsLong()) {
      throw new IOException(cut(received, size.getAsLong()));
    }
    return version;
  }

  private long write(InputStream body, long at, OptionalLong size) throws IOException {
    AtomicLong received = new AtomicLong(at);
    CountDownLatch over = new CountDownLatch(1);
    Thread.ofVirtual().name("watch " + from.text()).start(() -> watch(body, received, over));
    try (FileChannel file =
        FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      file.truncate(at);
      file.position(at);
      byte[] chunk = new byte[CHUNK];
      long told = System.nanoTime();
      for (int read = body.read(chunk); read >= 0; read = body.read(chunk)) {
        file.write(ByteBuffer.wrap(chunk, 0, read));
        requireSmall(received.addAndGet(read));
        if (System.nanoTime() - told > TOLD_EVERY) {
          told = System.nanoTime();
          progress.told(Progress.Stage.RECEIVING, soFar(received.get(), size));
        }
      }
      file.force(true);
      return received.get();
    } catch (IOException e) {
      throw !(e instanceof ImageException) && size.isPresent() && received.get() > at
          ? new IOException(cut(received.get(), size.getAsLong()), e)
          : e;
    } finally {
      over.countDown();
    }
  }

  private static String cut(long received, long size) {
    return "only " + received + " of " + size + " bytes came";
  }

  /** Closes a stream that stays silent, since a read of it has no time limit of its own. */
  private void watch(InputStream body, AtomicLong received, CountDownLatch over) {
    try {
      long before = -1;
      while (before != received.get() && System.nanoTime() < deadline) {
        before = received.get();
        if (over.await(limits.silence().toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
      }
      body.close();
    } catch (IOException _) {
      // it is closed, which is all that was wanted; the reader says why it ended
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private HttpResponse<InputStream> send(HttpRequest ask) throws IOException {
    try {
      return client.send(ask, HttpResponse.BodyHandlers.ofInputStream());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private Optional<Version> begun() throws IOException {
    if (!Files.exists(part) || !Files.exists(mark()) || Files.size(part) == 0) {
      return Optional.empty();
    }
    return Optional.of(Files.readString(mark())).filter(mark -> !mark.isEmpty()).map(Version::new);
  }

  private void begin(Version version) throws IOException {
    Files.deleteIfExists(part);
    Files.writeString(mark(), version.mark());
  }

  private Path mark() {
    return part.resolveSibling(part.getFileName() + ".version");
  }

  /** Takes away what has come so far. */
  void forget() throws IOException {
    Files.deleteIfExists(part);
    Files.deleteIfExists(mark());
  }

  private void requireRoom(OptionalLong rest, OptionalLong size) throws IOException {
    requireSmall(size.orElse(0));
    long room = Files.getFileStore(part.getParent()).getUsableSpace();
    if (rest.orElse(0) > room) {
      throw noSpace(rest.getAsLong() + " bytes are to come and " + room + " are free");
    }
  }

  private void requireSmall(long bytes) throws ImageException {
    if (bytes > limits.maxBytes()) {
      throw new ImageException(
          ImageException.Kind.NOT_AN_IMAGE,
          from.text() + " has more than " + limits.maxBytes() + " bytes",
          "take a smaller image");
    }
  }

  private String soFar(long received, OptionalLong size) {
    String of =
        size.isPresent() && size.getAsLong() > 0
            ? " of %d MiB (%d %%)"
                .formatted(size.getAsLong() >> 20, 100 * received / size.getAsLong())
            : " MiB";
    return "%s: %d%s".formatted(from.text(), received >> 20, of);
  }

  private IOException refused(int status) {
    String what = from.text() + " answered " + status;
    return status >= SERVER_ERROR
        ? new IOException(what)
        : new ImageException(
            ImageException.Kind.UNREACHABLE, what, "correct its entry in the table of images");
  }

  private ImageException noSpace(String why) {
    return new ImageException(
        ImageException.Kind.NO_SPACE,
        "no space for " + from.text() + " in " + part.getParent() + ": " + why,
        "free some, or keep the cache elsewhere");
  }

  private ImageException broken(IOException why, int tries) {
    boolean cut = why.getMessage() != null && why.getMessage().startsWith("only ");
    return new ImageException(
        cut ? ImageException.Kind.TRUNCATED : ImageException.Kind.UNREACHABLE,
        "%s could not be fetched in %d tries: %s".formatted(from.text(), tries, why),
        "the next try goes on where this one ended",
        why);
  }

  private void pause() throws ImageException {
    try {
      Thread.sleep(limits.pause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ImageException(
          ImageException.Kind.UNREACHABLE, "interrupted while fetching " + from.text(), "retry", e);
    }
  }
}

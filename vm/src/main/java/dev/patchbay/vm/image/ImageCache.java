package dev.patchbay.vm.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Files by their digest, and which source had which. A file in it is whole, checked and never
 * changed, so machines can have disks above it for as long as they live. Nothing is removed.
 */
final class ImageCache {
  private static final int INDEX_LINES = 2;

  private final Path folder;
  private final FetchLimits limits;
  private final HttpClient client;
  private final Map<Artifact, CompletableFuture<Path>> running = new ConcurrentHashMap<>();

  ImageCache(Path folder, FetchLimits limits) {
    this.folder = folder;
    this.limits = limits;
    this.client =
        HttpClient.newBuilder()
            .connectTimeout(limits.connect())
            // never from https to http
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();
  }

  /** What the index says about a source. */
  private record Known(Sha256 digest, Download.Version version) {}

  /**
   * The file of an artifact; those who ask at the same time share one fetch.
   *
   * @param policy whether it may be fetched, or must be asked for
   */
  Path file(Artifact artifact, PullPolicy policy, Progress progress) throws IOException {
    Optional<Path> here = policy == PullPolicy.ALWAYS ? Optional.empty() : here(artifact);
    if (here.isPresent()) {
      return here.get();
    }
    if (policy == PullPolicy.NEVER && artifact.source() instanceof Artifact.Remote(var url)) {
      throw new ImageException(
          ImageException.Kind.NEVER_PULLED,
          url + " is not here, and imagePullPolicy is Never",
          "write IfNotPresent");
    }
    CompletableFuture<Path> mine = new CompletableFuture<>();
    CompletableFuture<Path> shared = running.putIfAbsent(artifact, mine);
    if (shared == null) {
      shared = mine;
      // who asked first may be interrupted; the others still want it
      Thread.ofVirtual()
          .name("image " + artifact.source().text())
          .start(() -> finish(mine, artifact, policy, progress));
    }
    return joined(shared);
  }

  private void finish(
      CompletableFuture<Path> shared, Artifact artifact, PullPolicy policy, Progress progress) {
    try {
      Path file = bring(artifact, policy, progress);
      // before they are told, so that who asks from now on is not told something old
      running.remove(artifact, shared);
      shared.complete(file);
    } catch (IOException | RuntimeException | Error e) {
      running.remove(artifact, shared);
      shared.completeExceptionally(e);
    }
  }

  private static Path joined(CompletableFuture<Path> shared) throws IOException {
    try {
      return shared.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      throw e;
    }
  }

  /** What is here already and is what the table says. */
  private Optional<Path> here(Artifact artifact) throws IOException {
    if (artifact.sha256().isPresent()) {
      return Optional.of(place(artifact.sha256().get())).filter(Files::exists);
    }
    return known(artifact).map(known -> place(known.digest())).filter(Files::exists);
  }

  private Path bring(Artifact artifact, PullPolicy policy, Progress progress) throws IOException {
    boolean fixed = artifact.sha256().isPresent() || policy != PullPolicy.ALWAYS;
    Optional<Path> here = fixed ? here(artifact) : Optional.empty();
    if (here.isPresent()) {
      return here.get();
    }
    for (String part : List.of("sha256", "index", "parts")) {
      Files.createDirectories(folder.resolve(part));
    }
    // a machine's own user reads below its disk, and cannot look for others' images
    for (Path entered : List.of(folder, folder.resolve("sha256"))) {
      Files.setPosixFilePermissions(entered, PosixFilePermissions.fromString("rwx--x--x"));
    }
    progress.told(Progress.Stage.PULLING, "fetching " + artifact.source().text());
    Path part = folder.resolve("parts").resolve(key(artifact));
    return switch (artifact.source()) {
      case Artifact.Local local -> copy(artifact, local, part);
      case Artifact.Remote remote -> download(artifact, remote, part, progress);
    };
  }

  private Path copy(Artifact artifact, Artifact.Local local, Path part) throws IOException {
    if (!Files.isRegularFile(local.file())) {
      throw new ImageException(
          ImageException.Kind.UNREACHABLE,
          local.text() + (Files.exists(local.file()) ? " is no regular file" : " does not exist"),
          "put it there, or correct its entry in the table of images");
    }
    long size = Files.size(local.file());
    long room = Files.getFileStore(part.getParent()).getUsableSpace();
    if (size > room) {
      throw new ImageException(
          ImageException.Kind.NO_SPACE,
          "no space for %s in %s: %d bytes are needed and %d are free"
              .formatted(local, folder, size, room),
          "free some, or keep the cache elsewhere");
    }
    Files.copy(local.file(), part, StandardCopyOption.REPLACE_EXISTING);
    return keep(artifact, part, new Download.Version(""));
  }

  private Path download(Artifact artifact, Artifact.Remote remote, Path part, Progress progress)
      throws IOException {
    Download download = new Download(client, limits, remote, part, progress);
    Optional<Known> known =
        known(artifact)
            // one with another digest is not what the table asks for now
            .filter(_ -> artifact.sha256().isEmpty())
            .filter(before -> Files.exists(place(before.digest())));
    Optional<Download.Version> came = download.run(known.map(Known::version));
    if (came.isEmpty()) {
      return place(known.orElseThrow().digest());
    }
    try {
      return keep(artifact, part, came.get());
    } finally {
      // what is wrong must not be gone on with
      download.forget();
    }
  }

  /** Puts what came in its place, unless it is something else. */
  private Path keep(Artifact artifact, Path part, Download.Version version) throws IOException {
    Sha256 digest = Sha256.of(part);
    if (artifact.sha256().isPresent() && !artifact.sha256().get().equals(digest)) {
      Files.deleteIfExists(part);
      throw new ImageException(
          ImageException.Kind.WRONG_CHECKSUM,
          "%s is %s and not %s"
              .formatted(artifact.source().text(), digest, artifact.sha256().get()),
          "find out who changed it, then correct the table of images");
    }
    Path place = place(digest);
    Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("r--r--r--"));
    Files.move(part, place, StandardCopyOption.ATOMIC_MOVE);
    Path fresh = folder.resolve("parts").resolve(key(artifact) + ".index");
    Files.writeString(fresh, digest.hex() + "\n" + version.mark() + "\n");
    Files.move(fresh, index(artifact), StandardCopyOption.ATOMIC_MOVE);
    return place;
  }

  private Optional<Known> known(Artifact artifact) throws IOException {
    if (!Files.exists(index(artifact))) {
      return Optional.empty();
    }
    List<String> lines = Files.readAllLines(index(artifact));
    return lines.size() < INDEX_LINES
        ? Optional.empty()
        : Optional.of(new Known(new Sha256(lines.get(0)), new Download.Version(lines.get(1))));
  }

  private Path place(Sha256 digest) {
    return folder.resolve("sha256").resolve(digest.hex());
  }

  private Path index(Artifact artifact) throws IOException {
    return folder.resolve("index").resolve(key(artifact));
  }

  /** A file of this host that was changed is another one. */
  private static String key(Artifact artifact) throws IOException {
    String text =
        switch (artifact.source()) {
          case Artifact.Remote remote -> remote.text();
          case Artifact.Local(var file) when Files.exists(file) ->
              file + "\n" + Files.size(file) + "\n" + Files.getLastModifiedTime(file);
          case Artifact.Local(var file) -> file.toString();
        };
    return Sha256.of(Sha256.digest().digest(text.getBytes(UTF_8))).hex();
  }
}

package dev.patchbay.bench;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A node with an API of its own, by {@code patchbay up}, with folders of its own. */
final class UpProcess implements AutoCloseable {
  private static final String LISTEN = "127.0.0.1:16443";
  private static final Pattern AUTHORITY =
      Pattern.compile("certificate-authority-data: \"?([A-Za-z0-9+/=]+)");

  private final Path dist;
  private final Path folder;
  private final String runtime;

  /**
   * It is not started yet.
   *
   * @param runtime none, or private for a containerd of its own
   */
  UpProcess(Path dist, Path folder, String runtime) {
    this.dist = dist;
    this.folder = folder;
    this.runtime = runtime;
  }

  /** Returns when it is ready; how long that took, in nanoseconds. */
  long start() {
    long start = System.nanoTime();
    var _ =
        patchbay(
            "up",
            "--state",
            folder.resolve("state").toString(),
            "--listen",
            LISTEN,
            "--node-name",
            "bench",
            "--runtime",
            runtime,
            "--log",
            folder.resolve("up.log").toString());
    return System.nanoTime() - start;
  }

  /** A command; the lines that it prints. */
  List<String> patchbay(String... words) {
    return Shell.lines(
        Stream.concat(
                Stream.of(
                    "env",
                    "PATCHBAY_SOCKET=" + folder.resolve("run/agent.sock"),
                    dist.resolve("bin/patchbay").toString()),
                Stream.of(words))
            .toArray(String[]::new));
  }

  /** A kubectl command; the lines that it prints. */
  List<String> kubectl(String program, String... words) {
    return Shell.lines(
        Stream.concat(
                Stream.of(
                    "env",
                    "KUBECONFIG=" + api().resolve("kubeconfig"),
                    "KUBECACHEDIR=" + folder.resolve("kubectl"),
                    program),
                Stream.of(words))
            .toArray(String[]::new));
  }

  String url() {
    return "https://" + LISTEN;
  }

  String token() {
    return read(api().resolve("admin.token")).strip();
  }

  /** Trusts its certificate and no other. */
  SSLContext trust() {
    Matcher found = AUTHORITY.matcher(read(api().resolve("kubeconfig")));
    if (!found.find()) {
      throw new IllegalStateException("no authority in " + api().resolve("kubeconfig"));
    }
    try {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry(
          "authority",
          CertificateFactory.getInstance("X.509")
              .generateCertificate(
                  new ByteArrayInputStream(Base64.getDecoder().decode(found.group(1)))));
      TrustManagerFactory managers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Resident memory of the daemon in MiB, without its containerd. */
  double rss() {
    return pid()
        .map(pid -> Shell.lines("awk", "/^VmRSS/{print $2}", "/proc/" + pid + "/status"))
        .map(lines -> Double.parseDouble(lines.getFirst()) / 1024)
        .orElse(Double.NaN);
  }

  private java.util.Optional<String> pid() {
    String state = folder.resolve("state").toString();
    return ProcessHandle.allProcesses()
        .map(process -> Long.toString(process.pid()))
        .filter(pid -> {
          try {
            String line = Files.readString(Path.of("/proc", pid, "cmdline"));
            return line.contains("--foreground") && line.contains(state);
          } catch (IOException _) {
            return false; // it has ended meanwhile
          }
        })
        .findFirst();
  }

  private Path api() {
    return folder.resolve("state/standalone/api");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Takes everything away; what it kept stays. */
  @Override
  public void close() {
    var _ = patchbay("down");
  }
}

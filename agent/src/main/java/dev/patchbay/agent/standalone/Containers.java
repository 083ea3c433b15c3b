package dev.patchbay.agent.standalone;

import dev.patchbay.agent.standalone.StandaloneConfig.Containerd;
import dev.patchbay.cri.CriClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The containerd of a standalone node: started, told of our network, and emptied again.
 *
 * @param config which one, and where
 */
record Containers(StandaloneConfig config) {
  private static final Duration IMPORT = Duration.ofSeconds(30);

  /** Starts it, or finds it; empty where none is wanted or there is none on this machine. */
  Optional<CriClient> start() throws IOException, InterruptedException {
    String conf = PodNetwork.conf(config.podCidr(), config.folder().resolve("leases"));
    return switch (config.containerd()) {
      case Containerd.Absent _ -> Optional.empty();
      case Containerd.Private _ -> {
        Optional<Path> program = PrivateContainerd.program("containerd");
        if (program.isEmpty()) {
          yield Optional.empty();
        }
        PrivateContainerd containerd = own();
        Files.createDirectories(containerd.confDir());
        Files.writeString(containerd.confDir().resolve(PodNetwork.FILE), conf);
        containerd.start(program.get());
        importPause(containerd.socket());
        yield Optional.of(CriClient.at(containerd.socket()));
      }
      case Containerd.Installed installed -> {
        if (!Files.exists(installed.socket())) {
          throw new IOException(
              "no containerd answers at "
                  + installed.socket()
                  + "; sudo systemctl start containerd");
        }
        placed(installed).install(conf);
        yield Optional.of(CriClient.at(installed.socket()));
      }
    };
  }

  /** Whether {@link #start} would find it as an earlier start left it. */
  boolean isThere() throws IOException {
    return switch (config.containerd()) {
      case Containerd.Absent _ -> true;
      case Containerd.Private _ -> own().runs();
      case Containerd.Installed installed -> placed(installed).isThere();
    };
  }

  /** For people. */
  String says() {
    return switch (config.containerd()) {
      case Containerd.Absent _ -> "no container runtime, as asked";
      case Containerd.Private _ ->
          PrivateContainerd.program("containerd").isPresent()
              ? "containerd answers at " + own().socket()
              : "no containerd on this machine: container pods wait (apt-get install containerd)";
      case Containerd.Installed installed -> "containerd answers at " + installed.socket();
    };
  }

  private PrivateContainerd own() {
    return new PrivateContainerd(
        config.folder().resolve("containerd"),
        config.runFolder(),
        config.agent().binDir(),
        Map.of(
            "PATCHBAY_SOCKET", config.agent().socket().toString(),
            "PATCHBAY_SPOOL", config.agent().spool().toString()));
  }

  private InstalledCni placed(Containerd.Installed installed) {
    return new InstalledCni(
        installed.confDir(),
        installed.binDir(),
        config.agent().binDir().resolve("patchbay-shim"),
        config.folder().resolve("installed"));
  }

  /** The same image again is no work for containerd. */
  private void importPause(Path socket) throws IOException, InterruptedException {
    Path image = config.home().resolve("libexec/pause.tar");
    Path ctr =
        PrivateContainerd.program("ctr")
            .orElseThrow(() -> new IOException("containerd's ctr is not on this machine"));
    Process process =
        new ProcessBuilder(
                ctr.toString(),
                "--address",
                socket.toString(),
                "--namespace",
                "k8s.io",
                "images",
                "import",
                image.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(IMPORT.toMillis(), TimeUnit.MILLISECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException("the sandbox image " + image + " cannot be imported: " + said.strip());
    }
  }

  /**
   * Takes away what {@link #start} brought; says how it is now.
   *
   * @param used whether containers that are not ours have NICs of ours: their runtime will call our
   *     plugin for them
   */
  String stop(boolean used) throws IOException, InterruptedException {
    switch (config.containerd()) {
      case Containerd.Absent _ -> {
        // nothing was brought
      }
      case Containerd.Private _ -> own().stop();
      case Containerd.Installed installed -> {
        placed(installed).remove(used);
        if (used) {
          return "our CNI configuration is removed; our plugin stays in "
              + installed.binDir()
              + " for containers that use it, until the next down";
        }
      }
    }
    return "the container runtime is as it was before";
  }
}

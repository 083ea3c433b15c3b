package dev.patchbay.e2e;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The reference CNI plugins on this machine.
 *
 * @param folder where their executables are
 */
record ReferencePlugins(Path folder) {
  /** Those of the distribution's own package. */
  static ReferencePlugins ofDistribution() {
    Path folder = Path.of("/usr/lib/cni");
    Lab.require(
        Files.isExecutable(folder.resolve("bridge")),
        "no containernetworking-plugins: e2e/lab-tools packages");
    return new ReferencePlugins(folder);
  }

  /** Version 1.9 or newer, fetched once by {@code e2e/lab-tools}. */
  static ReferencePlugins newest() {
    Path tools = Lab.root().resolve("e2e/lab-tools");
    Ran ran = Command.of(tools.toString(), "plugins").within(Duration.ofMinutes(3)).run();
    Lab.require(ran.exit() == 0, ran.stderr());
    return new ReferencePlugins(Path.of(ran.stdout().strip()));
  }

  Path plugin(String type) {
    return folder.resolve(type);
  }
}

package dev.patchbay.e2e.guest;

import dev.patchbay.e2e.Command;
import dev.patchbay.e2e.Lab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** The Java of this machine, cut down for the guest. Made once for each version of it. */
final class GuestJava {
  private static final String MODULES =
      "java.se,jdk.net,jdk.unsupported,jdk.management,jdk.crypto.ec,jdk.httpserver,jdk.zipfs";

  private GuestJava() {}

  static Path runtime() throws IOException {
    Path made = Lab.root().resolve("e2e/target/guest-java-" + Runtime.version());
    if (!Files.isExecutable(made.resolve("bin/java"))) {
      Path jlink = Path.of(System.getProperty("java.home"), "bin/jlink");
      Lab.require(Files.isExecutable(jlink), jlink + " is missing: run the tests with a JDK");
      Path fresh = made.resolveSibling(made.getFileName() + "." + ProcessHandle.current().pid());
      Command.of(
              jlink.toString(),
              "--add-modules",
              MODULES,
              "--strip-debug",
              "--no-header-files",
              "--no-man-pages",
              "--generate-cds-archive",
              "--output",
              fresh.toString())
          .within(Duration.ofMinutes(2))
          .output();
      Files.move(fresh, made);
    }
    return made;
  }
}

package dev.patchbay.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** {@code patchbay version}. */
@Command(
    name = "version",
    header = {"Examples:", "  patchbay version", "  patchbay version -o json", ""},
    description = "Shows this command's version.")
final class VersionVerb implements Callable<Integer> {
  private static final String PROPERTIES =
      "/META-INF/maven/dev.patchbay/patchbay-cli/pom.properties";

  private final Surroundings where;

  @Mixin final HelpOption help = new HelpOption();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      converter = Output.Converter.class,
      completionCandidates = Output.Candidates.class,
      description = "json or yaml. Default: one line.")
  private Output output = Output.TABLE;

  VersionVerb(Surroundings where) {
    this.where = where;
  }

  @Override
  public Integer call() {
    String version = version();
    if (output == Output.TABLE || output == Output.WIDE || output == Output.NAME) {
      where.out().println("patchbay " + version);
      return 0;
    }
    Shown.asData(data(version), output, where.out());
    return 0;
  }

  private static ObjectNode data(String version) {
    ObjectNode data =
        dev.patchbay.cni.json.Json.newObject()
            .put("apiVersion", "patchbay.dev/v1alpha1")
            .put("kind", "Version")
            .put("version", version)
            .put("java", System.getProperty("java.version", ""));
    var cni = data.putArray("cni");
    dev.patchbay.cni.version.CniVersion.texts().forEach(cni::add);
    return data;
  }

  /** What Maven wrote into the jar; a build folder has none. */
  static String version() {
    try (InputStream in = VersionVerb.class.getResourceAsStream(PROPERTIES)) {
      if (in == null) {
        return "unbuilt";
      }
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version", "unbuilt");
    } catch (IOException _) {
      return "unbuilt";
    }
  }
}

package dev.patchbay.cli;

import dev.patchbay.cni.json.Json;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code patchbay why}: what was asked, planned, done and undone, with the kernel's own words. */
@Command(
    name = "why",
    header = {"Examples:", "  patchbay why web-0", "  patchbay why pod/demo/web-0 net2", ""},
    description =
        "Tells from the journal why a NIC is there or is not; also of pods that are gone.")
final class WhyVerb implements Callable<Integer> {
  private final Surroundings where;

  @Mixin private final CommonOptions common = new CommonOptions();
  @Mixin private final OutputOptions format = new OutputOptions();

  @Parameters(
      index = "0",
      paramLabel = "POD",
      description = "[NAMESPACE/]NAME, or a container ID or its beginning.")
  private String target = "";

  @Parameters(index = "1", arity = "0..1", paramLabel = "NIC", description = "Only this one.")
  private String nic = "";

  @Option(names = "--all", description = "Tell every story, not only the last.")
  private boolean all;

  @Option(
      names = {"-n", "--namespace"},
      description = "The Kubernetes namespace.",
      defaultValue = "${env:PATCHBAY_NAMESPACE}")
  private @Nullable String namespace;

  WhyVerb(Surroundings where) {
    this.where = where;
  }

  @Override
  public Integer call() {
    ObjectNode request = Json.newObject().put("target", target);
    if (!nic.isEmpty()) {
      request.put("nic", nic);
    }
    if (namespace != null) {
      request.put("namespace", namespace);
    }
    ObjectNode answer = common.agent(where).ask("why", request);
    if (Shown.asData(answer, format.output, where.out())) {
      return 0;
    }
    for (JsonNode item : Shown.list(answer, "items")) {
      if (format.output == Output.NAME) {
        where.out().println(NicTable.name(item));
      } else {
        tell(item);
      }
    }
    return 0;
  }

  private void tell(JsonNode item) {
    List<JsonNode> stories = Shown.list(item, "stories");
    if (stories.isEmpty()) {
      headline(item, "its story is not in the journal any more");
      next(item, "");
      return;
    }
    List<JsonNode> told = all ? stories : List.of(stories.getLast());
    for (JsonNode story : told) {
      new StoryText(item, story, common.marks(where), where).print();
    }
    if (told.size() < stories.size()) {
      where.err().println("  (" + (stories.size() - told.size()) + " earlier, with --all)");
    }
  }

  private void headline(JsonNode item, String why) {
    Marks marks = common.marks(where);
    boolean there = Shown.text(item, "state").equals("Attached");
    where
        .out()
        .println(
            (there ? marks.ok() : marks.bad())
                + " "
                + NicTable.name(item)
                + (there ? " is attached" : " is not attached")
                + " ("
                + why
                + ")");
  }

  private void next(JsonNode item, String given) {
    PrintWriter out = where.out();
    out.println(
        "  next      "
            + (given.isEmpty() ? "patchbay describe nic " + NicTable.name(item) : given));
  }

  /** Where a NIC was asked for, in one line. */
  static String origin(JsonNode origin) {
    return Shown.text(origin, "where") + " = " + Shown.text(origin, "text");
  }
}

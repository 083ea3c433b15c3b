package dev.patchbay.cli;

import java.io.PrintWriter;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Plans for people. */
final class PlanText {
  private static final int WIDEST_OP = 72;

  private PlanText() {}

  /** The whole plan. */
  static void print(JsonNode plan, boolean wide, Marks marks, PrintWriter out) {
    List<JsonNode> nics = Shown.list(plan, "nics");
    List<JsonNode> afterwards = Shown.list(plan, "afterwards");
    int count = nics.stream().mapToInt(nic -> nic.path("steps").size()).sum() + afterwards.size();
    if (count == 0) {
      out.println("Nothing to do for " + Shown.text(plan, "target") + ".");
      return;
    }
    out.println(
        "Plan for "
            + Shown.text(plan, "target")
            + ": "
            + count
            + (count == 1 ? " step" : " steps")
            + "; nothing has been done.");
    int number = 1;
    for (JsonNode nic : nics) {
      out.println();
      out.println(
          Shown.text(nic, "nic")
              + "  network "
              + Shown.text(nic, "network")
              + " ("
              + String.join("+", Shown.texts(nic, "chain"))
              + "), asked by "
              + WhyVerb.origin(nic.path("origin")));
      number = steps(Shown.list(nic, "steps"), number, wide, marks, out);
    }
    if (!afterwards.isEmpty()) {
      out.println();
      out.println("afterwards");
      steps(afterwards, number, wide, marks, out);
    }
  }

  /** Steps, numbered from a number; answers the next one. */
  static int steps(List<JsonNode> steps, int from, boolean wide, Marks marks, PrintWriter out) {
    int number = from;
    int width =
        Math.min(
            WIDEST_OP,
            steps.stream().mapToInt(step -> Shown.text(step, "op").length()).max().orElse(0));
    for (JsonNode step : steps) {
      String op = Shown.text(step, "op");
      out.println(
          "  %3d  %s%s  %s %s"
              .formatted(
                  number,
                  op,
                  " ".repeat(Math.max(0, width - op.length())),
                  marks.dot(),
                  Shown.text(step, "why")));
      if (wide && !Shown.text(step, "undo").isEmpty()) {
        out.println("       undo: " + Shown.text(step, "undo"));
      }
      number++;
    }
    return number;
  }
}

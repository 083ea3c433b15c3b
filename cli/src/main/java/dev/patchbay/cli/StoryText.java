package dev.patchbay.cli;

import java.io.PrintWriter;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * One story about one NIC, from what was asked to what to type next.
 *
 * @param item the NIC
 * @param story what happened
 * @param marks how to mark lines
 * @param where where to print
 */
record StoryText(JsonNode item, JsonNode story, Marks marks, Surroundings where) {
  private static final String ATTACHED = "attached";
  private static final String DETACHED = "detached";

  void print() {
    PrintWriter out = where.out();
    String outcome = Shown.text(story, "outcome");
    boolean good = outcome.equals(ATTACHED);
    String state =
        outcome.equals(ATTACHED)
            ? "was attached"
            : outcome.equals(DETACHED) ? "was detached" : "is not attached";
    boolean stillThere = good && Shown.text(item, "state").equals("Attached");
    out.println(
        (good || outcome.equals(DETACHED) ? marks.ok() : marks.bad())
            + " "
            + NicTable.name(item)
            + " "
            + (stillThere ? "is attached" : state)
            + " ("
            + Shown.text(story, "verb")
            + ": "
            + outcome
            + ", "
            + Ages.since(Shown.text(story, "at"), where.clock())
            + " ago)");
    line("asked", WhyVerb.origin(story.path("origin")));
    line("resolved", resolved());
    steps(out);
    next();
  }

  private String resolved() {
    JsonNode now = item.path("now");
    String network = "network " + Shown.text(story, "network");
    return now.isMissingNode() ? network : network + " " + marks.dot() + " " + NicTable.kind(now);
  }

  private void steps(PrintWriter out) {
    List<JsonNode> steps = Shown.list(story, "steps");
    int failed = firstFailed(steps);
    boolean attach = List.of("add", "plug").contains(Shown.text(story, "verb"));
    int forward = failed < 0 || !attach ? steps.size() : failed + 1;
    if (steps.isEmpty()) {
      line("planned", "no step: refused before anything was touched");
    } else {
      line(attach ? "done" : "undone", count(forward));
    }
    print(steps.subList(0, forward), out);
    if (forward < steps.size()) {
      line("undone", count(steps.size() - forward) + undone());
      print(steps.subList(forward, steps.size()), out);
    }
    String trouble = Shown.text(story, "trouble");
    if (!trouble.isEmpty()) {
      line("failed", trouble);
    }
  }

  private static String count(int steps) {
    return steps + (steps == 1 ? " step" : " steps");
  }

  private String undone() {
    return Shown.text(story, "outcome").equals("rolled back") ? ", the host is as before" : "";
  }

  private static int firstFailed(List<JsonNode> steps) {
    for (int i = 0; i < steps.size(); i++) {
      if (!Shown.text(steps.get(i), "failure").isEmpty()) {
        return i;
      }
    }
    return -1;
  }

  private void print(List<JsonNode> steps, PrintWriter out) {
    int width = steps.stream().mapToInt(step -> Shown.text(step, "what").length()).max().orElse(0);
    for (JsonNode step : steps) {
      String what = Shown.text(step, "what");
      String failure = Shown.text(step, "failure");
      out.println(
          "    %s %s%s  %9s  %s"
              .formatted(
                  failure.isEmpty() ? marks.ok() : marks.bad(),
                  what,
                  " ".repeat(width - what.length()),
                  marks.micros(step.path("micros").asLong(0)),
                  failure.isEmpty() ? Shown.text(step, "why") : failure));
    }
  }

  private void line(String name, String text) {
    where.out().println("  " + name + " ".repeat(10 - name.length()) + text);
  }

  private void next() {
    String trouble = Shown.text(story, "trouble");
    String name = NicTable.name(item);
    if (trouble.isEmpty()) {
      line(
          "next",
          item.path("now").isMissingNode() ? "patchbay get nics" : "patchbay describe nic " + name);
    } else if (trouble.contains("no free address")) {
      line("next", "patchbay get networks -o wide");
    } else if (trouble.contains("no CNI plugin")) {
      line("next", "patchbay check");
    } else if (trouble.contains("parent link")) {
      line("next", "ip -brief link");
    } else {
      line("next", "patchbay describe network " + Shown.text(story, "network"));
    }
  }
}

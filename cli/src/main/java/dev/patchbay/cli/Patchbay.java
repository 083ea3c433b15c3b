package dev.patchbay.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.spi.ToolProvider;

/**
 * The process. The agent as its unit starts it needs no command line: reading one takes longer than
 * opening the socket that runtimes wait for. Everything else is a command.
 */
public final class Patchbay {
  private static final String CONFIG_VARIABLE = "PATCHBAY_CONFIG";

  private Patchbay() {}

  /** Runs the agent or a command and ends the process with its exit code. */
  public static void main(String[] args) {
    System.exit(agent(List.of(args)).orElseGet(() -> PatchbayCommand.execute(args)));
  }

  /** Runs the agent when that is plainly what is asked for; whatever needs help is a command. */
  private static Optional<Integer> agent(List<String> args) {
    List<String> words = new ArrayList<>(args);
    boolean inCluster = words.remove("--in-cluster");
    boolean plain = words.equals(List.of("agent"));
    boolean configured =
        words.size() == 3 && words.get(0).equals("agent") && words.get(1).equals("--config");
    if (!plain && !configured) {
      return Optional.empty();
    }
    String fromEnvironment = System.getenv().getOrDefault(CONFIG_VARIABLE, "");
    String config = configured ? words.get(2) : fromEnvironment;
    List<String> given = new ArrayList<>();
    if (!config.isEmpty()) {
      given.addAll(List.of("--config", config));
    }
    if (inCluster) {
      given.add("--in-cluster");
    }
    var out = new PrintWriter(System.out, false, System.out.charset());
    var err = new PrintWriter(System.err, true, System.err.charset());
    return ToolProvider.findFirst("patchbay-agent")
        .map(agent -> agent.run(out, err, given.toArray(String[]::new)));
  }
}

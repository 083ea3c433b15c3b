package dev.patchbay.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code patchbay completion}: a script for the user's shell, from the same source as the help. */
@Command(
    name = "completion",
    header = {
      "Examples:",
      "  source <(patchbay completion bash)",
      "  patchbay completion fish > ~/.config/fish/completions/patchbay.fish",
      ""
    },
    description = "Writes the shell's completion script.")
final class CompletionVerb implements Callable<Integer> {
  private final Surroundings where;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin final HelpOption help = new HelpOption();

  @Parameters(index = "0", paramLabel = "bash|zsh|fish", description = "The shell.")
  private String shell = "";

  CompletionVerb(Surroundings where) {
    this.where = where;
  }

  @Override
  public Integer call() {
    CommandLine all = PatchbayCommand.commandLine(where, "");
    switch (shell) {
      case "bash" -> where.out().print(AutoComplete.bash("patchbay", all));
      // zsh reads bash's completions once it has been told so
      case "zsh" ->
          where
              .out()
              .print(
                  "autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n"
                      + AutoComplete.bash("patchbay", all));
      case "fish" -> fish(all);
      default ->
          throw new ParameterException(
              spec.commandLine(),
              "\"" + shell + "\" is no shell that is served; write bash, zsh or fish");
    }
    return 0;
  }

  private void fish(CommandLine all) {
    PrintWriter out = where.out();
    out.println("complete -c patchbay -f");
    all.getSubcommands()
        .forEach((name, verb) -> {
          CommandSpec model = verb.getCommandSpec();
          out.println(
              "complete -c patchbay -n __fish_use_subcommand -a %s -d %s"
                  .formatted(name, quoted(String.join(" ", model.usageMessage().description()))));
          for (OptionSpec option : model.options()) {
            if (!option.hidden()) {
              out.println(
                  "complete -c patchbay -n '__fish_seen_subcommand_from "
                      + name
                      + "'"
                      + option(option));
            }
          }
        });
  }

  private static String option(OptionSpec option) {
    StringBuilder line = new StringBuilder();
    for (String name : option.names()) {
      line.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
    }
    if (option.arity().max() > 0) {
      line.append(" -r");
    }
    if (option.completionCandidates() != null) {
      line.append(" -a ").append(quoted(String.join(" ", option.completionCandidates())));
    }
    return line + " -d " + quoted(String.join(" ", option.description()));
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}

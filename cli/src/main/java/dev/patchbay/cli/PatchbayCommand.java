package dev.patchbay.cli;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command itself: knows its verbs and how failures are told. */
@Command(
    name = "patchbay",
    header = {
      "Examples:",
      "  patchbay get nics -o wide",
      "  patchbay plug demo/web-0 --network blue --name eth1",
      ""
    },
    description = "Gives every container the network interfaces it needs.",
    synopsisSubcommandLabel = "VERB",
    commandListHeading = "%nVerbs:%n",
    footer = {
      "",
      "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 timed out, 130 interrupted.",
      "Flags count before PATCHBAY_* variables, those before the agent's configuration file."
    })
public final class PatchbayCommand implements Runnable {
  /** In the order of the help. A verb that is not called costs nothing at start. */
  private static final Map<String, Function<Surroundings, Object>> VERBS = verbs();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin final HelpOption help = new HelpOption();

  @Option(names = "--version", description = "The same as the verb version.")
  private boolean version;

  private final Surroundings where;

  private PatchbayCommand(Surroundings where) {
    this.where = where;
  }

  private static Map<String, Function<Surroundings, Object>> verbs() {
    Map<String, Function<Surroundings, Object>> verbs = new LinkedHashMap<>();
    verbs.put("up", UpVerb::new);
    verbs.put("down", DownVerb::new);
    verbs.put("agent", AgentVerb::new);
    verbs.put("apply", ApplyVerb::new);
    verbs.put("get", GetVerb::new);
    verbs.put("describe", DescribeVerb::new);
    verbs.put("plan", PlanVerb::new);
    verbs.put("why", WhyVerb::new);
    verbs.put("plug", PlugVerb::new);
    verbs.put("unplug", UnplugVerb::new);
    verbs.put("attach", AttachVerb::new);
    verbs.put("port-forward", PortForwardVerb::new);
    verbs.put("reclaim", ReclaimVerb::new);
    verbs.put("cni", CniVerb::new);
    verbs.put("check", CheckVerb::new);
    verbs.put("status", CheckVerb::new);
    verbs.put("version", VersionVerb::new);
    verbs.put("completion", CompletionVerb::new);
    return verbs;
  }

  /** Runs a command of this process and answers its exit code. */
  static int execute(String... args) {
    Charset charset =
        Charset.forName(System.getProperty("stdout.encoding", StandardCharsets.US_ASCII.name()));
    var out = new PrintWriter(new FileOutputStream(FileDescriptor.out), false, charset);
    var err = new PrintWriter(new FileOutputStream(FileDescriptor.err), true, charset);
    Optional<Console> console = Optional.ofNullable(System.console());
    var where =
        new Surroundings(
            out,
            err,
            System.getenv(),
            console.filter(Console::isTerminal).isPresent(),
            charset.newEncoder().canEncode('✓'),
            question -> console.map(person -> person.readLine(question)),
            Path.of("/etc/patchbay/agent.yaml"),
            Clock.systemUTC());
    int exitCode = run(where, args);
    out.flush();
    err.flush();
    return exitCode;
  }

  /** Runs a command and answers its exit code. */
  static int run(Surroundings where, String... args) {
    return commandLine(where, args.length == 0 ? "" : args[0]).execute(args);
  }

  /** The command with one verb, or with all where that one does not exist. */
  static CommandLine commandLine(Surroundings where, String verb) {
    CommandLine line = new CommandLine(new PatchbayCommand(where));
    VERBS.forEach((name, made) -> {
      if (name.equals(verb) || !VERBS.containsKey(verb)) {
        line.addSubcommand(name, made.apply(where));
      }
    });
    return line.setOut(where.out())
        .setErr(where.err())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setColorScheme(
            CommandLine.Help.defaultColorScheme(Color.AUTO.on(where) ? Ansi.ON : Ansi.OFF))
        .setUsageHelpWidth(100)
        .setParameterExceptionHandler((e, _) -> misused(where, e))
        .setExecutionExceptionHandler((e, _, _) -> failed(where, e));
  }

  @Override
  public void run() {
    if (version) {
      new VersionVerb(where).call();
      return;
    }
    throw new ParameterException(spec.commandLine(), "no verb is given");
  }

  private static int misused(Surroundings where, ParameterException e) {
    var marks = new Marks(where.isUnicode(), Color.AUTO.on(where));
    where.err().println(marks.bad() + " " + e.getMessage());
    UnmatchedArgumentException.printSuggestions(e, where.err());
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    where.err().println("  next  " + command + " --help");
    return CommandFailure.USAGE;
  }

  private static int failed(Surroundings where, Exception e) throws Exception {
    if (!(e instanceof CommandFailure failure)) {
      throw e;
    }
    var marks = new Marks(where.isUnicode(), Color.AUTO.on(where));
    where.err().println(marks.bad() + " " + failure.getMessage());
    if (!failure.next().isEmpty()) {
      where.err().println("  next  " + failure.next());
    }
    return failure.exitCode();
  }
}

package dev.patchbay.cni.libcni;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.patchbay.cni.conf.PluginConf;
import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.json.Fields;
import dev.patchbay.cni.json.Json;
import dev.patchbay.cni.result.convert.Results;
import dev.patchbay.cni.skel.CniCommand;
import dev.patchbay.cni.version.CniVersion;
import dev.patchbay.core.plan.AttachFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Runs other people's plugins as the reference library does: the same environment, stdin, retries
 * and reading of the answer; and with a time limit that ends the whole process tree.
 */
public final class DelegateExec implements PluginExec {
  /** What the launcher exits with when the plugin is being written to (EX_TEMPFAIL, sysexits.h). */
  private static final int LAUNCHER_BUSY = 75;

  private static final int SHOWN = 2000;

  private final PluginSearch search;
  private final List<String> launcher;
  private final ExecLimits limits;
  private final BiConsumer<String, String> log;

  /**
   * Runs plugins by those rules.
   *
   * @param launcher a program and its arguments, put before the plugin's path; empty for none
   * @param log gets the plugin's type and each line it prints on stderr, on another thread
   */
  public DelegateExec(
      PluginSearch search,
      List<String> launcher,
      ExecLimits limits,
      BiConsumer<String, String> log) {
    this.search = search;
    this.launcher = List.copyOf(launcher);
    this.limits = limits;
    this.log = log;
  }

  @Override
  public ExecOutcome run(PluginCall asked) throws InterruptedException {
    try {
      PluginConf.checkType(asked.type());
      CniVersion version = asked.version();
      PluginCall call = asked.withPath(search.folders(asked.path()));
      Optional<Path> program = search.find(call.type(), call.path());
      if (program.isEmpty()) {
        return new ExecOutcome.Broke(
            new AttachFailure.DelegateMissing(
                call.type(), call.path(), search.present(call.path())));
      }
      List<String> command = new ArrayList<>(launcher);
      command.add(program.get().toString());
      return outcome(call, version, attempts(call, command));
    } catch (IOException | IllegalArgumentException e) {
      // The JDK's own refusals, of a NUL in a variable for example, are IllegalArgumentExceptions.
      return broke(asked, "could not be started: " + e.getMessage());
    } catch (CniException e) {
      return broke(asked, "could not be started: " + e.error().msg());
    }
  }

  private ProcessRun.End attempts(PluginCall call, List<String> command)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + limits.time().toNanos();
    for (int attempt = 1; ; attempt++) {
      boolean last =
          attempt >= limits.busyAttempts()
              || deadline - System.nanoTime() < limits.busyPause().toNanos();
      try {
        ProcessRun.End end = once(call, command, Duration.ofNanos(deadline - System.nanoTime()));
        if (last || !isLauncherBusy(end)) {
          return end;
        }
      } catch (IOException e) {
        if (last || !isBusy(e)) {
          throw e;
        }
      }
      Thread.sleep(limits.busyPause());
    }
  }

  private ProcessRun.End once(PluginCall call, List<String> command, Duration time)
      throws IOException, InterruptedException {
    return ProcessRun.run(
        command,
        call.processEnvironment(),
        call.conf().getBytes(UTF_8),
        time,
        limits.stdoutBytes(),
        line -> log.accept(call.type(), line));
  }

  private boolean isLauncherBusy(ProcessRun.End end) {
    return !launcher.isEmpty()
        && end instanceof ProcessRun.End.Exited exited
        && exited.code() == LAUNCHER_BUSY;
  }

  // The JDK gives errno only inside the text: 26 is ETXTBSY.
  private static boolean isBusy(IOException e) {
    String text = String.valueOf(e.getMessage());
    return text.contains("Text file busy") || text.contains("error=26,");
  }

  private ExecOutcome outcome(PluginCall call, CniVersion version, ProcessRun.End end) {
    return switch (end) {
      case ProcessRun.End.TimedOut(var stderr) ->
          new ExecOutcome.Broke(
              new AttachFailure.TimedOut(
                  call.command()
                      + " by plugin \""
                      + call.type()
                      + "\""
                      + (stderr.isEmpty() ? "" : " (last it said: " + shown(stderr) + ")"),
                  limits.time().toMillis() + " ms"));
      case ProcessRun.End.TooMuch() ->
          broke(call, "printed more than " + limits.stdoutBytes() + " bytes and was killed");
      case ProcessRun.End.Exited(var code, var stdout, var stderr) ->
          code == 0 ? success(call, version, stdout) : refusal(call, code, stdout, stderr);
    };
  }

  private static ExecOutcome success(PluginCall call, CniVersion version, String stdout) {
    return switch (call.command()) {
      case DEL, CHECK, GC, STATUS -> new ExecOutcome.Succeeded(Optional.empty());
      case VERSION, ADD -> {
        try {
          ObjectNode answer = Json.foreign(stdout, "stdout of " + call.type());
          yield new ExecOutcome.Succeeded(
              Optional.of(
                  call.command() == CniCommand.ADD ? result(answer, version, call) : answer));
        } catch (CniException e) {
          yield broke(
              call,
              "exited with 0, but "
                  + e.error().msg()
                  + (stdout.isEmpty() ? "" : "; it printed: " + shown(stdout.strip())));
        }
      }
    };
  }

  // Many plugins leave the version out; the reference library then takes the configuration's.
  private static ObjectNode result(ObjectNode answer, CniVersion version, PluginCall call) {
    Results.read(answer, version, "result of " + call.type());
    boolean said =
        answer.path("cniVersion").isString() && !answer.path("cniVersion").stringValue().isEmpty();
    return said ? answer : answer.put("cniVersion", version.text());
  }

  private static ExecOutcome refusal(PluginCall call, int exit, String stdout, String stderr) {
    Optional<CniError> error = stdout.isEmpty() ? Optional.empty() : error(stdout, call);
    if (error.isPresent()) {
      return new ExecOutcome.Refused(call.type(), error.get());
    }
    String printed = stdout.strip();
    return broke(
        call,
        "exited with "
            + exit
            + " without a CNI error on stdout"
            + (printed.isEmpty() ? "" : "; stdout: " + shown(printed))
            + (stderr.isEmpty() ? "" : "; stderr: " + shown(stderr))
            + (printed.isEmpty() && stderr.isEmpty() ? " and without a word" : ""));
  }

  private static Optional<CniError> error(String stdout, PluginCall call) {
    try {
      Fields fields =
          Fields.of(
              Json.foreign(stdout, "stdout of " + call.type()),
              "stdout of " + call.type(),
              CniError.DECODING_FAILURE);
      if (!fields.mentions("code") && !fields.mentions("msg")) {
        return Optional.empty();
      }
      return Optional.of(
          new CniError(
              Math.toIntExact(fields.whole("code", 0, Integer.MAX_VALUE).orElse(CniError.UNKNOWN)),
              fields.text("msg").orElse(""),
              fields.any("details").map(DelegateExec::prose).orElse("")));
    } catch (CniException _) {
      return Optional.empty(); // not an error as CNI writes them: what it printed is shown instead
    }
  }

  private static String prose(JsonNode details) {
    return details.isString() ? details.stringValue() : Json.text(details);
  }

  private static ExecOutcome broke(PluginCall call, String problem) {
    return new ExecOutcome.Broke(
        new AttachFailure.DelegateBroke(call.type(), "on " + call.command() + ": " + problem));
  }

  private static String shown(String text) {
    return text.length() <= SHOWN ? text : "…" + text.substring(text.length() - SHOWN);
  }
}

package dev.patchbay.cni.libcni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.patchbay.cni.skel.CniCommand;
import dev.patchbay.core.plan.AttachFailure;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Corners 26, 37 to 42, 49 and 68: running a plugin. */
class DelegateExecTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir Path folder;
  private Scripts scripts = new Scripts(Path.of("/"));

  @BeforeEach
  void folderOfPlugins() {
    scripts = new Scripts(folder);
  }

  @Test
  void pluginGetsTheCallersEnvironmentWithCniOnTopAndStdin() throws Exception {
    scripts.plugin(
        "x",
        "env | sort > '" + folder + "/env'",
        "cat > '" + folder + "/stdin'",
        "echo '{\"cniVersion\":\"0.4.0\",\"mine\":[1]}'");
    ExecOutcome outcome = scripts.exec(LONG).run(scripts.add("x"));
    assertThat(answer(outcome)).isEqualTo("{\"cniVersion\":\"0.4.0\",\"mine\":[1]}");
    assertThat(Files.readAllLines(folder.resolve("env")))
        .filteredOn(line ->
            !line.startsWith("PWD=") && !line.startsWith("SHLVL=") && !line.startsWith("_="))
        .containsExactly(
            "CNI_ARGS=A=B",
            "CNI_COMMAND=ADD",
            "CNI_CONTAINERID=c1",
            "CNI_IFNAME=eth0",
            "CNI_NETNS=/run/netns/a",
            "CNI_PATH=" + folder,
            "OURS=kept",
            "PATH=/usr/bin:/bin");
    assertThat(folder.resolve("stdin")).hasContent(scripts.add("x").conf());
  }

  @Test
  @DisplayName("corner 37: a result of 300 KiB comes back whole, and so does stdin get there")
  void longOutputAndInputPass() throws Exception {
    String filler = "x".repeat(300_000);
    PluginCall call = scripts.call(CniCommand.ADD, "x", "{'odd':'" + filler + "'}");
    scripts.plugin("x", "cat");
    assertThat(answer(scripts.exec(LONG).run(call)).length()).isGreaterThan(300_000);
  }

  @ParameterizedTest(name = "corner 38: ADD prints {0} and exits with 0: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "null | {\"cniVersion\":\"0.4.0\"}",
        "{} | {\"cniVersion\":\"0.4.0\"}",
        "{\"cniVersion\":\"\"} | {\"cniVersion\":\"0.4.0\"}",
        "{\"cniVersion\":\"1.0.0\"} | {\"cniVersion\":\"1.0.0\"}"
      })
  void resultWithoutVersionGetsTheConfigurations(String printed, String expected) throws Exception {
    scripts.plugin("x", "echo '" + printed + "'");
    assertThat(answer(scripts.exec(LONG).run(scripts.add("x")))).isEqualTo(expected);
  }

  @ParameterizedTest(name = "corner 38: ADD prints {0} and exits with 0")
  @CsvSource(
      delimiter = '|',
      value = {
        "garbage | is not JSON | it printed: garbage",
        "'' | is empty | stdout of x",
        "[] | a list | object",
        "{\"ips\":5} | ips | a list",
        "{\"cniVersion\":\"7.0.0\"} | 7.0.0 | not known",
        "{} {} | more text | column"
      })
  void answerThatIsNoResultIsABreach(String printed, String named, String alsoNamed)
      throws Exception {
    scripts.plugin("x", "echo '" + printed + "'");
    ExecOutcome outcome = scripts.exec(LONG).run(scripts.add("x"));
    assertThat(outcome).isInstanceOf(ExecOutcome.Broke.class);
    assertThat(broke(outcome)).contains("\"x\"", "ADD", "exited with 0", named, alsoNamed);
  }

  @ParameterizedTest(name = "{0} may print anything")
  @EnumSource(
      value = CniCommand.class,
      names = {"DEL", "CHECK", "GC", "STATUS"})
  void outputOfCommandsWithoutAnswerMeansNothing(CniCommand command) throws Exception {
    scripts.plugin("x", "echo garbage");
    assertThat(scripts.exec(LONG).run(scripts.call(command, "x", "{}")))
        .isEqualTo(new ExecOutcome.Succeeded(Optional.empty()));
  }

  @Test
  @DisplayName("corner 39: exit 1 with a result is not a CNI error")
  void resultOfAFailedPluginIsNotTaken() throws Exception {
    scripts.plugin("x", "echo '{\"cniVersion\":\"0.4.0\",\"ips\":[]}'; exit 1");
    assertThat(broke(scripts.exec(LONG).run(scripts.add("x"))))
        .contains("exited with 1 without a CNI error", "\"ips\":[]");
  }

  @Test
  @DisplayName("corner 40: the reason is on stderr only")
  void stderrIsTheReasonWhenThereIsNoOther() throws Exception {
    scripts.plugin("x", "echo first >&2; echo 'cannot reach daemon' >&2; exit 3");
    assertThat(broke(scripts.exec(LONG).run(scripts.add("x"))))
        .contains("exited with 3", "cannot reach daemon");
    assertThat(scripts.log()).containsExactly("x: first", "x: cannot reach daemon");
  }

  @Test
  void silentFailureIsSaid() throws Exception {
    scripts.plugin("x", "exit 4");
    assertThat(broke(scripts.exec(LONG).run(scripts.add("x"))))
        .contains("exited with 4", "without a word");
  }

  @Test
  @DisplayName("corner 68: a delegate's error keeps code, message and details")
  void errorIsAsThePluginSaidIt() throws Exception {
    scripts.plugin(
        "x",
        "echo '{\"cniVersion\":\"1.1.0\",\"code\":51,\"msg\":\"m\",\"details\":\"d\"}'; exit 1");
    ExecOutcome outcome =
        scripts.exec(LONG).run(scripts.call(CniCommand.STATUS, "x", "{'cniVersion':'1.1.0'}"));
    assertThat(outcome).isInstanceOf(ExecOutcome.Refused.class);
    assertThat(outcome.failure()).contains(new AttachFailure.DelegateRefused("x", 51, "m", "d"));
  }

  @Test
  void errorWithMessageOnlyHasCodeZero() throws Exception {
    scripts.plugin("x", "echo '{\"msg\":\"m\"}'; exit 1");
    assertThat(scripts.exec(LONG).run(scripts.add("x")).failure())
        .contains(new AttachFailure.DelegateRefused("x", 0, "m", ""));
  }

  @Test
  @DisplayName("corner 41: a plugin that hangs is killed when its time is over")
  void timeIsOver() throws Exception {
    scripts.plugin("x", "echo $$ > '" + folder + "/pid'", "exec sleep 600");
    ExecOutcome outcome = scripts.exec(Duration.ofMillis(500)).run(scripts.add("x"));
    assertThat(outcome.failure().orElseThrow()).isInstanceOf(AttachFailure.TimedOut.class);
    assertThat(outcome.failure().orElseThrow().message()).contains("ADD", "\"x\"", "500 ms");
    if (Files.exists(folder.resolve("pid"))) { // it may have been killed before its first line
      assertGone(pid());
    }
  }

  @Test
  void interruptKillsThePluginAndItsChildren() throws Exception {
    scripts.plugin("x", "sleep 600 &", "echo $! > '" + folder + "/pid'", "echo ready >&2", "wait");
    CountDownLatch ready = new CountDownLatch(1);
    DelegateExec exec =
        new DelegateExec(
            PluginSearch.excluding(),
            List.of(),
            ExecLimits.within(LONG),
            (_, _) -> ready.countDown());
    FutureTask<ExecOutcome> running = new FutureTask<>(() -> exec.run(scripts.add("x")));
    Thread thread = Thread.ofPlatform().start(running);
    assertThat(ready.await(30, TimeUnit.SECONDS)).isTrue();
    thread.interrupt();
    assertThatThrownBy(() -> running.get(30, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(InterruptedException.class);
    assertGone(pid());
  }

  @Test
  @DisplayName("corner 42: a program that is being written to is tried again")
  void busyProgramIsTriedAgainUntilItIsFree() throws Exception {
    Path program = folder.resolve("x");
    Files.copy(Path.of("/bin/true"), program);
    ExecLimits limits = new ExecLimits(LONG, 1 << 20, 3, Duration.ofMillis(10));
    PluginCall del = scripts.call(CniCommand.DEL, "x", "{}");
    try (FileOutputStream _ = new FileOutputStream(program.toFile(), true)) {
      assertThat(broke(scripts.exec(limits).run(del)))
          .contains("could not be started", "Text file busy");
    }
    assertThat(scripts.exec(limits).run(del)).isInstanceOf(ExecOutcome.Succeeded.class);
  }

  @Test
  @DisplayName("corner 42: a launcher says with 75 that the program is busy")
  void busyLauncherIsTriedAgain() throws Exception {
    scripts.plugin("x", "echo '{}'");
    Path launcher =
        scripts.plugin(
            "launcher",
            "echo try >> '" + folder + "/tries'",
            "[ $(wc -l < '" + folder + "/tries') -lt 3 ] && exit 75",
            "[ \"$1\" = --host ] && exec \"$2\"");
    assertThat(answer(scripts.exec(LONG, launcher.toString(), "--host").run(scripts.add("x"))))
        .isEqualTo("{\"cniVersion\":\"0.4.0\"}");
    assertThat(Files.readAllLines(folder.resolve("tries"))).hasSize(3);
  }

  @Test
  void exit75WithoutLauncherIsThePluginsOwn() throws Exception {
    scripts.plugin("x", "echo try >> '" + folder + "/tries'", "exit 75");
    assertThat(broke(scripts.exec(LONG).run(scripts.add("x")))).contains("exited with 75");
    assertThat(Files.readAllLines(folder.resolve("tries"))).hasSize(1);
  }

  @Test
  void launcherThatStaysBusyIsReportedAfterTheLastAttempt() throws Exception {
    scripts.plugin("x", "true");
    Path launcher = scripts.plugin("launcher", "echo try >> '" + folder + "/tries'", "exit 75");
    assertThat(broke(scripts.exec(LONG, launcher.toString()).run(scripts.add("x"))))
        .contains("exited with 75");
    assertThat(Files.readAllLines(folder.resolve("tries"))).hasSize(6);
  }

  @Test
  void endlessOutputIsCutOff() throws Exception {
    scripts.plugin("x", "exec yes");
    assertThat(broke(scripts.exec(LONG).run(scripts.add("x")))).contains("1048576 bytes");
  }

  @Test
  void childThatKeepsThePipeDoesNotKeepUsWaiting() throws Exception {
    scripts.plugin("x", "echo '{}'", "sleep 600 &", "echo $! > '" + folder + "/pid'");
    assertThat(answer(scripts.exec(LONG).run(scripts.add("x")))).contains("0.4.0");
    ProcessHandle.of(pid()).ifPresent(ProcessHandle::destroyForcibly);
    assertGone(pid());
  }

  @Test
  void stdinThatNobodyReadsIsNoError() throws Exception {
    scripts.plugin("x", "exec <&-; echo '{}'");
    PluginCall call = scripts.call(CniCommand.ADD, "x", "{'f':'" + "x".repeat(200_000) + "'}");
    assertThat(answer(scripts.exec(LONG).run(call))).isEqualTo("{\"cniVersion\":\"0.1.0\"}");
  }

  @Test
  @DisplayName("corner 49: a plugin that is not installed, with those that are")
  void missingPluginIsReportedWithFoldersAndNeighbours() throws Exception {
    scripts.plugin("bridge", "true");
    scripts.plugin("macvlan", "true");
    AttachFailure failure = scripts.exec(LONG).run(scripts.add("brigde")).failure().orElseThrow();
    assertThat(failure)
        .isEqualTo(
            new AttachFailure.DelegateMissing(
                "brigde", List.of(folder.toString()), List.of("bridge", "macvlan")));
  }

  @Test
  void typeThatIsAPathIsNotRun() throws Exception {
    scripts.plugin("x", "touch '" + folder + "/ran'");
    assertThat(
            broke(
                scripts
                    .exec(LONG)
                    .run(scripts.call(CniCommand.ADD, "../" + folder.getFileName() + "/x", "{}"))))
        .contains("plugin type");
    assertThat(folder.resolve("ran")).doesNotExist();
  }

  @Test
  void variableThatNoProcessCanHaveIsReported() throws Exception {
    scripts.plugin("x", "true");
    PluginCall add = scripts.add("x");
    PluginCall odd =
        new PluginCall(
            add.command(), "x", "{}", "c1", "/run/\0", "eth0", "", add.path(), add.environment());
    assertThat(broke(scripts.exec(LONG).run(odd))).contains("could not be started");
    assertThat(broke(scripts.exec(LONG).run(odd.withPath(List.of("/a\0")))))
        .contains("could not be started");
  }

  @Test
  void configurationOfAnUnknownVersionIsNotRun() throws Exception {
    scripts.plugin("x", "touch '" + folder + "/ran'");
    PluginCall call = scripts.call(CniCommand.ADD, "x", "{'cniVersion':'8.0.0'}");
    assertThat(broke(scripts.exec(LONG).run(call))).contains("8.0.0");
    assertThat(folder.resolve("ran")).doesNotExist();
  }

  @Test
  void fileThatTheKernelCannotRunIsReported() throws Exception {
    Path file = scripts.plugin("x");
    Files.write(file, new byte[] {0x7f, 'E', 'L', 'F', 0, 0});
    // The JDK hands what the kernel cannot run to /bin/sh, which cannot either.
    assertThat(broke(scripts.exec(LONG).run(scripts.add("x")))).contains("\"x\"", "exited with");
  }

  @Test
  void programWithoutInterpreterCouldNotBeStarted() throws Exception {
    Files.writeString(scripts.plugin("x"), "#!/nowhere/sh\n");
    assertThat(broke(scripts.exec(LONG).run(scripts.add("x")))).contains("could not be started");
  }

  private long pid() throws IOException {
    return Long.parseLong(Files.readString(folder.resolve("pid")).strip());
  }

  private static void assertGone(long pid)
      throws InterruptedException, ExecutionException, TimeoutException {
    Optional<ProcessHandle> process = ProcessHandle.of(pid);
    if (process.isPresent()) {
      process.get().onExit().get(30, TimeUnit.SECONDS);
    }
  }

  private static String answer(ExecOutcome outcome) {
    assertThat(outcome).isInstanceOf(ExecOutcome.Succeeded.class);
    return ((ExecOutcome.Succeeded) outcome).answer().orElseThrow().toString();
  }

  private static String broke(ExecOutcome outcome) {
    assertThat(outcome).isInstanceOf(ExecOutcome.Broke.class);
    assertThat(outcome.failure().orElseThrow()).isInstanceOf(AttachFailure.DelegateBroke.class);
    return outcome.failure().orElseThrow().message();
  }
}

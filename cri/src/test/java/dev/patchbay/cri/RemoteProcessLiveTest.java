package dev.patchbay.cri;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.patchbay.cri.stream.ProcessEnd;
import dev.patchbay.cri.stream.RemoteProcess;
import dev.patchbay.cri.stream.Streams;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** exec and attach through the stream server of a real containerd. */
@Timeout(60)
class RemoteProcessLiveTest {
  private static final Streams OUTPUT = new Streams(false, true, true, false);
  private static final Streams ALL = new Streams(true, true, true, false);
  private static final Streams TERMINAL = new Streams(true, true, false, true);
  private static final int MEGABYTE = 1 << 20;

  private static PrivateContainerd containerd;
  private static CriClient client;
  private static String waiting;

  @BeforeAll
  static void start() throws IOException {
    containerd = PrivateContainerd.start();
    client = containerd.client();
    waiting = containerd.runWaiting("waiting");
  }

  @AfterAll
  static void stop() throws IOException {
    if (containerd != null) {
      containerd.close();
    }
  }

  private static RemoteProcess exec(Streams streams, String... command) throws CriException {
    return client.exec(waiting, List.of(command), streams);
  }

  private static CompletableFuture<String> reading(InputStream stream) {
    CompletableFuture<String> text = new CompletableFuture<>();
    Thread.startVirtualThread(() -> {
      try {
        text.complete(new String(stream.readAllBytes(), UTF_8));
      } catch (IOException e) {
        text.completeExceptionally(e);
      }
    });
    return text;
  }

  /** Reads until the text has come; a terminal's other output is in the way. */
  private static void expect(InputStream stream, String text) throws IOException {
    StringBuilder seen = new StringBuilder();
    while (seen.indexOf(text) < 0) {
      int one = stream.read();
      if (one < 0) {
        throw new AssertionError("the stream ended before '" + text + "': " + seen);
      }
      seen.append((char) one);
    }
  }

  /** A terminal's next line. */
  private static String line(InputStream terminal) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int one = terminal.read(); one != '\n'; one = terminal.read()) {
      assertThat(one).as("the stream goes on after '%s'", line).isNotNegative();
      line.append((char) one);
    }
    return line.toString().strip();
  }

  private static void type(RemoteProcess process, String line) throws IOException {
    process.stdin().write((line + "\n").getBytes(UTF_8));
  }

  @Test
  void bothOutputsAndTheExitCodeComeApart() throws Exception {
    try (RemoteProcess process = exec(OUTPUT, "sh", "-c", "echo out; echo err >&2; exit 3")) {
      CompletableFuture<String> out = reading(process.stdout());
      CompletableFuture<String> err = reading(process.stderr());

      assertThat(process.await()).isEqualTo(new ProcessEnd.Exited(3));
      assertThat(out.get()).isEqualTo("out\n");
      assertThat(err.get()).isEqualTo("err\n");
    }
  }

  @Test
  void closingStdinEndsCatWhichStillAnswers() throws Exception {
    try (RemoteProcess process = exec(ALL, "cat")) {
      type(process, "x");
      process.stdin().close();

      assertThat(reading(process.stdout()).get()).isEqualTo("x\n");
      assertThat(process.await()).isEqualTo(new ProcessEnd.Exited(0));
      assertThatThrownBy(() -> type(process, "late")).hasMessageContaining("closed");
    }
  }

  @Test
  void fiftyMegabytesComeBackAsTheyWent() throws Exception {
    MessageDigest sent = MessageDigest.getInstance("SHA-256");
    MessageDigest back = MessageDigest.getInstance("SHA-256");
    try (RemoteProcess process = exec(ALL, "cat")) {
      Thread writer =
          Thread.startVirtualThread(() -> {
            Random random = new Random(1);
            byte[] block = new byte[MEGABYTE];
            try (OutputStream stdin = process.stdin()) {
              for (int i = 0; i < 50; i++) {
                random.nextBytes(block);
                sent.update(block);
                stdin.write(block);
              }
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
      long total = 0;
      byte[] block = new byte[MEGABYTE];
      for (int n = process.stdout().read(block); n >= 0; n = process.stdout().read(block)) {
        back.update(block, 0, n);
        total += n;
      }
      writer.join();

      assertThat(total).isEqualTo(50L * MEGABYTE);
      assertThat(HexFormat.of().formatHex(back.digest()))
          .isEqualTo(HexFormat.of().formatHex(sent.digest()));
      assertThat(process.await()).isEqualTo(new ProcessEnd.Exited(0));
    }
  }

  @Test
  void aProcessIsHeldBackWhileNobodyReads() throws Exception {
    try (RemoteProcess process = exec(OUTPUT, "dd", "if=/dev/zero", "bs=1M", "count=50")) {
      Await.until("the pipe is full", () -> process.stdout().available() >= 256 << 10);
      // one frame beyond the bound at most: what is more stays in sockets, or unwritten
      assertThat(process.stdout().available()).isLessThan((256 << 10) + (64 << 10));

      CompletableFuture<String> err = reading(process.stderr());
      assertThat(process.stdout().transferTo(OutputStream.nullOutputStream()))
          .isEqualTo(50L * MEGABYTE);
      assertThat(process.await()).isEqualTo(new ProcessEnd.Exited(0));
      assertThat(err.get()).contains("50+0 records out");
    }
  }

  @Test
  void anOutputThatWasClosedHoldsNobodyBack() throws Exception {
    try (RemoteProcess process =
        exec(OUTPUT, "sh", "-c", "dd if=/dev/zero bs=1M count=5; echo done >&2")) {
      process.stdout().close();

      assertThat(reading(process.stderr()).get()).endsWith("done\n");
      assertThat(process.await()).isEqualTo(new ProcessEnd.Exited(0));
    }
  }

  /** Not a shell at its prompt: its line editor redraws what was typed, anywhere in the middle. */
  @Test
  void aTerminalHasTheSizeItWasGiven() throws Exception {
    String program = "while read line && [ $line = size ]; do stty size; done; exit 4";
    try (RemoteProcess process = exec(TERMINAL, "sh", "-c", program)) {
      process.resize(101, 31);
      Await.until(
          "the size has come",
          () -> {
            type(process, "size");
            assertThat(line(process.stdout())).isEqualTo("size");
            return line(process.stdout()).equals("31 101");
          });
      type(process, "enough");
      process.stdout().transferTo(OutputStream.nullOutputStream());

      assertThat(process.await()).isEqualTo(new ProcessEnd.Exited(4));
    }
  }

  @Test
  void aMissingProgramIsAFailureThatNamesIt() throws Exception {
    try (RemoteProcess process = exec(OUTPUT, "/no/such/program")) {
      process.stdout().transferTo(OutputStream.nullOutputStream());

      assertThat(process.await())
          .isInstanceOfSatisfying(
              ProcessEnd.Failed.class,
              failed -> assertThat(failed.message()).contains("/no/such/program"));
    }
  }

  @Test
  void aContainerThatIsNotThereRefusesExecAndAttach() throws Exception {
    assertThatThrownBy(() -> client.exec("0000", List.of("cat"), OUTPUT))
        .isInstanceOf(CriException.class)
        .hasMessageContaining("not found");
    String ended =
        containerd.run(
            "over",
            ContainerConfig.of("main", PrivateContainerd.IMAGE).running("sh", "-c", "exit"));
    Await.until("it ended", () -> client.container(ended).state() instanceof ContainerState.Exited);
    assertThatThrownBy(() -> client.attach(ended, OUTPUT))
        .isInstanceOf(CriException.class)
        .hasMessageContaining("CONTAINER_EXITED");
  }

  @Test
  void theDeathOfTheContainerEndsItsProcesses() throws Exception {
    String id = containerd.runWaiting("doomed");
    try (RemoteProcess process =
        client.exec(id, List.of("sh", "-c", "echo up; sleep 3600"), OUTPUT)) {
      expect(process.stdout(), "up\n");
      client.stopContainer(id, Duration.ZERO);

      assertThat(reading(process.stdout()).get()).isEmpty();
      assertThat(process.await()).isEqualTo(new ProcessEnd.Exited(137));
    }
  }

  @Test
  void attachReachesTheFirstProcessAndItsStdin() throws Exception {
    String id =
        containerd.run(
            "interactive",
            ContainerConfig.of("main", PrivateContainerd.IMAGE)
                .running("sh", "-c", "read line; echo got $line; cat; exit 5")
                .interactive(false, true));
    try (RemoteProcess process = client.attach(id, ALL)) {
      type(process, "hello");
      expect(process.stdout(), "got hello\n");
      type(process, "more");
      expect(process.stdout(), "more\n");
      process.stdin().close();

      assertThat(reading(process.stdout()).get()).isEmpty();
      assertThat(process.await()).isEqualTo(new ProcessEnd.Exited(0));
    }
    Await.until("it ended", () -> client.container(id).state() instanceof ContainerState.Exited);
    assertThat(((ContainerState.Exited) client.container(id).state()).exitCode()).isEqualTo(5);
  }

  @Test
  void detachingFromATerminalLeavesItRunning() throws Exception {
    String id =
        containerd.run(
            "terminal",
            ContainerConfig.of("main", PrivateContainerd.IMAGE)
                .running("sh")
                .interactive(true, false));
    for (int i = 0; i < 2; i++) {
      try (RemoteProcess process = client.attach(id, TERMINAL)) {
        type(process, "echo round-$((" + i + "+1))");
        expect(process.stdout(), "round-" + (i + 1));
      }
    }
    assertThat(client.container(id).state()).isInstanceOf(ContainerState.Running.class);
  }

  @Test
  void closingEndsEveryStreamAtOnce() throws Exception {
    RemoteProcess process = exec(ALL, "cat");
    type(process, "x");
    expect(process.stdout(), "x\n");
    CompletableFuture<String> out = reading(process.stdout());
    process.close();
    process.close();

    assertThat(out.get()).isEmpty();
    assertThat(process.await()).isEqualTo(new ProcessEnd.Lost("closed here"));
    assertThatThrownBy(() -> type(process, "late")).isInstanceOf(IOException.class);
  }

  @Test
  void twentyProcessesAtOnceDoNotMixTheirStreams() throws Exception {
    List<CompletableFuture<String>> answers =
        Arrays.stream(new int[20]).mapToObj(_ -> new CompletableFuture<String>()).toList();
    for (int i = 0; i < answers.size(); i++) {
      int number = i;
      Thread.startVirtualThread(() -> {
        try (RemoteProcess process = exec(ALL, "cat")) {
          type(process, "number " + number);
          process.stdin().close();
          answers.get(number).complete(reading(process.stdout()).get());
        } catch (Exception e) {
          answers.get(number).completeExceptionally(e);
        }
      });
    }
    for (int i = 0; i < answers.size(); i++) {
      assertThat(answers.get(i).get()).isEqualTo("number " + i + "\n");
    }
  }

  @Test
  void aRuntimeThatDiesEndsTheStreamsAndTheNextExecWorks() throws Exception {
    try (PrivateContainerd mortal = PrivateContainerd.start()) {
      String id = mortal.runWaiting("survivor");
      try (RemoteProcess process = mortal.client().exec(id, List.of("cat"), ALL)) {
        type(process, "x");
        expect(process.stdout(), "x\n");
        mortal.kill();
        assertThat(reading(process.stdout()).get()).isEmpty();
        assertThat(process.await()).isInstanceOf(ProcessEnd.Lost.class);
      }
      mortal.startAgain();
      try (RemoteProcess process =
          mortal.client().exec(id, List.of("sh", "-c", "echo again"), OUTPUT)) {
        assertThat(reading(process.stdout()).get()).isEqualTo("again\n");
        assertThat(process.await()).isEqualTo(new ProcessEnd.Exited(0));
      }
      assertThat(mortal.client().containers(Map.of())).hasSize(1);
    }
  }
}

package dev.patchbay.vm.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ConsoleTest {
  private static final Clock NOON =
      Clock.fixed(Instant.parse("2026-11-21T12:00:00Z"), ZoneOffset.UTC);
  private static final ConsoleSettings SMALL = new ConsoleSettings(1024, 3, 4096, 64 << 10, 2);

  @TempDir Path folder;
  private FakeSerial serial;
  private Console console;

  @BeforeEach
  void switchOn() throws IOException, InterruptedException {
    serial = new FakeSerial(folder.resolve("console.sock"));
    console = begin();
    serial.client();
  }

  @AfterEach
  void switchOff() throws IOException {
    console.close();
    serial.close();
  }

  private Console begin() throws IOException {
    return Console.begin(
        "vm", folder.resolve("console.sock"), new ConsoleFiles(folder), SMALL, NOON);
  }

  private static void until(Callable<Boolean> met) {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    try {
      while (!met.call()) {
        assertThat(System.nanoTime()).as("bounded wait").isLessThan(end);
        Thread.sleep(5);
      }
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** Reads until the output ends with that text; all that was read. */
  private static String read(Watcher watcher, String end) throws IOException {
    StringBuilder said = new StringBuilder();
    byte[] block = new byte[512];
    while (said.indexOf(end) < 0) {
      int count = watcher.output().read(block);
      if (count < 0) {
        throw new AssertionError("ended with: " + said);
      }
      said.append(new String(block, 0, count, UTF_8));
    }
    return said.toString();
  }

  private String log() throws IOException {
    Path current = new ConsoleFiles(folder).current();
    return Files.exists(current) ? Files.readString(current) : "";
  }

  @Test
  void everyWatcherGetsTheLastLinesAndWhatIsNew() throws Exception {
    serial.say("one\r\ntwo\r\nthree\r\nlogin: ");
    until(() -> log().contains("login"));
    try (Watcher first = console.watch(false, "first");
        Watcher second = console.watch(false, "second")) {
      assertThat(read(first, "login: ")).isEqualTo("two\r\nthree\r\nlogin: ");
      serial.say("root\r\n");
      assertThat(read(first, "root\r\n")).isEqualTo("root\r\n");
      assertThat(read(second, "root\r\n")).isEqualTo("two\r\nthree\r\nlogin: root\r\n");
    }
    assertThat(console.watchers()).isZero();
  }

  @Test
  void theLogHasTimesAndUnfinishedLines() throws Exception {
    serial.say("booting\r\nlogin: ");
    until(() -> log().contains("login"));
    serial.say("root\r\n");
    until(() -> log().contains("root"));
    assertThat(log())
        .isEqualTo(
            """
            2026-11-21T12:00:00Z stdout F booting
            2026-11-21T12:00:00Z stdout P login:\s
            2026-11-21T12:00:00Z stdout F root
            """);
  }

  @Test
  void oneWritesAndTheOtherIsToldWho() throws Exception {
    serial.listens();
    try (Watcher second = write()) {
      assertThat(read(second, "leaves it]"))
          .contains("read-only: kubectl attach since 2026-11-21T12:00:00Z writes");
      second.input().write("no".getBytes(UTF_8));
      assertThat(second.output().read(new byte[3])).isPositive();
    }
    assertThat(serial.typed()).doesNotContain("no");
  }

  /** A second one, after a first one that stays. */
  private Watcher write() throws Exception {
    Watcher first = console.watch(true, "kubectl attach");
    assertThat(read(first, "leaves it]")).contains("the console of vm; Ctrl-] leaves it");
    first.input().write("ls\r".getBytes(UTF_8));
    until(() -> serial.typed().equals("ls\r"));
    return console.watch(true, "patchbay attach");
  }

  @Test
  void theSeatIsFreeWhenTheWriterLeaves() throws Exception {
    serial.listens();
    Watcher first = console.watch(true, "kubectl attach");
    try (Watcher second = console.watch(true, "patchbay attach")) {
      read(second, "leaves it]");
      first.input().write(new byte[] {'a', Watcher.DETACH, 'b'});
      read(second, "type to be the one]");
      second.input().write("c".getBytes(UTF_8));
      until(() -> serial.typed().equals("ac"));
      assertThat(new String(first.output().readAllBytes(), UTF_8)).endsWith("\r\n");
      assertThat(console.watchers()).isEqualTo(1);
    }
  }

  @Test
  void endOfInputFreesTheSeatAndLeavesTheOutput() throws Exception {
    serial.listens();
    try (Watcher first = console.watch(true, "a pipe");
        Watcher second = console.watch(true, "a person")) {
      first.input().write("x".getBytes(UTF_8));
      first.input().close();
      second.input().write("y".getBytes(UTF_8));
      until(() -> serial.typed().equals("xy"));
      serial.say("answer");
      assertThat(read(first, "answer")).endsWith("answer");
    }
  }

  @Test
  void aWatcherWhoOnlyLooksTypesNothing() throws Exception {
    serial.listens();
    try (Watcher looks = console.watch(false, "looks");
        Watcher types = console.watch(true, "types")) {
      looks.input().write("no".getBytes(UTF_8));
      types.input().write("yes".getBytes(UTF_8));
      until(() -> serial.typed().equals("yes"));
    }
  }

  @Test
  void aSlowWatcherHoldsUpNobodyAndIsToldWhatItLost() throws Exception {
    try (Watcher slow = console.watch(false, "slow");
        Watcher quick = console.watch(false, "quick")) {
      String line = "x".repeat(98) + "\r\n";
      for (int i = 0; i < 100; i++) {
        serial.say(line);
        read(quick, "\n");
      }
      serial.say("end");
      read(quick, "end");
      String said = read(slow, "end");
      assertThat(said).contains("bytes left out: they were not read fast enough");
      assertThat(said).endsWith(line + "end").hasSizeLessThan(4200);
    }
  }

  @Test
  void aFloodCostsBoundedMemoryAndDisk() throws Exception {
    String block = ("y".repeat(70) + "\r\n").repeat(1000);
    for (int i = 0; i < 40; i++) {
      serial.say(block);
    }
    serial.say("\u001b[2J".repeat(20_000) + "\r\nthe end\r\n");
    until(() -> log().contains("the end"));
    List<Path> parts = new ArrayList<>(ConsoleFiles.rotated(new ConsoleFiles(folder).current()));
    parts.add(new ConsoleFiles(folder).current());
    assertThat(parts).hasSize(2);
    for (Path part : parts) {
      assertThat(Files.size(part)).isBetween(1L, 64L << 10);
    }
  }

  @Test
  void aGuestThatTakesNothingHoldsUpOnlyWhoTypes() throws Exception {
    Watcher types = console.watch(true, "types");
    byte[] much = new byte[1 << 20];
    Thread typing = Thread.ofVirtual().start(() -> type(types, much));
    until(() -> typing.getState() == Thread.State.WAITING);
    serial.say("still heard");
    read(types, "still heard");
    types.close();
    assertThat(typing.join(Duration.ofSeconds(20))).isTrue();
  }

  private static void type(Watcher watcher, byte[] bytes) {
    try {
      watcher.input().write(bytes);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void theEndOfQemuIsTheEndOfAllWatchers() throws Exception {
    Watcher watcher = console.watch(true, "types");
    serial.say("last words");
    read(watcher, "last words");
    serial.close();
    assertThat(new String(watcher.output().readAllBytes(), UTF_8)).contains("machine vm is off");
    watcher.await();
    assertThatThrownBy(() -> console.watch(false, "late"))
        .isInstanceOf(IOException.class)
        .hasMessage("machine vm is off");
    assertThat(log()).endsWith("stdout F last words\n");
  }

  @Test
  void anotherStartKeepsTheLogOfTheOneBefore() throws Exception {
    serial.say("first life\r\n");
    until(() -> log().contains("first life"));
    console.close();
    serial.close();
    serial = new FakeSerial(folder.resolve("console.sock"));
    console = begin();
    serial.say("second life\r\n");
    until(() -> log().contains("second life"));
    assertThat(log()).doesNotContain("first life");
    assertThat(new ConsoleFiles(folder).previous()).content().contains("first life");
  }

  @Test
  void anAgentThatComesBackGoesOnWithTheLogAndTellsTheGap() throws Exception {
    serial.say("before\r\nlogin: ");
    until(() -> log().contains("login: "));
    console.close();
    console =
        Console.resume("vm", folder.resolve("console.sock"), new ConsoleFiles(folder), SMALL, NOON);
    try (Watcher watcher = console.watch(false, "looks")) {
      assertThat(read(watcher, "is not here]\r\n")).contains("login: ").contains("agent was away");
    }
    assertThat(log()).contains("F before\n").contains("F [patchbay: the agent was away");
  }

  @Test
  void aConsoleThatNobodyAnswersOnCloses() throws Exception {
    serial.close();
    Console lonely =
        Console.begin("vm", folder.resolve("none"), new ConsoleFiles(folder), SMALL, NOON);
    assertThat(lonely.isOpen()).isTrue();
    lonely.close();
    assertThat(lonely.isOpen()).isFalse();
  }

  @Test
  void aLogThatIsALinkIsNotWrittenThrough() throws Exception {
    console.close();
    Path elsewhere = Files.writeString(folder.resolve("elsewhere"), "kept");
    Path log = new ConsoleFiles(folder).current();
    Files.delete(log);
    Files.createSymbolicLink(log, elsewhere);
    ConsoleLog writer = new ConsoleLog(new ConsoleFiles(folder), SMALL, NOON);
    assertThatThrownBy(() -> writer.note("a line")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> ConsoleLog.last(log, 100)).isInstanceOf(IOException.class);
    assertThat(elsewhere).hasContent("kept");
  }

  @Test
  void watchersAreBounded() throws Exception {
    for (int i = 0; i < Console.MOST_WATCHERS; i++) {
      console.watch(false, "one");
    }
    assertThatThrownBy(() -> console.watch(false, "one more"))
        .hasMessageContaining("has 64 watchers, the most it takes");
  }

  @Test
  void settingsNameWhatCannotBe() {
    assertThatThrownBy(() -> new ConsoleSettings(1024, 3, 4096, 1, 2))
        .hasMessage("vm.console.logBytes is 1; write 65536 to 1073741824");
  }
}

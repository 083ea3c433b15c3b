package dev.patchbay.cri.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ContainerLogTest {
  private static final Set<LogSource> BOTH = Set.of(LogSource.STDOUT, LogSource.STDERR);

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void place() {
    file = folder.resolve("0.log");
  }

  private void append(String... lines) throws IOException {
    Files.writeString(
        file,
        String.join("\n", lines) + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  private static String at(int second, String rest) {
    return "2026-11-21T09:00:%02d.000000001Z %s".formatted(second, rest);
  }

  private static LogQuery tail(long lines) {
    return new LogQuery(
        OptionalLong.of(lines), Optional.empty(), false, OptionalLong.empty(), BOTH);
  }

  private String read(LogQuery query) throws IOException {
    try (ContainerLog log = ContainerLog.read(file, query)) {
      return new String(log.readAllBytes(), UTF_8);
    }
  }

  @Test
  void partialEntriesBecomeOneLineAndWhatIsNoEntryIsLeftOut() throws IOException {
    append(
        at(1, "stdout P one "),
        at(1, "stdout P two "),
        at(2, "stderr F error  with blanks "),
        at(2, "stdout F three"),
        "not an entry",
        at(3, "stdlog F neither"),
        at(3, "stdout X nor this"),
        "",
        at(4, "stdout F"),
        at(5, "stdout F:other tag"));

    assertThat(read(LogQuery.WHOLE)).isEqualTo("one two error  with blanks \nthree\n\ntag\n");
  }

  @Test
  void timesStandWhereALineBeginsAndNowhereElse() throws IOException {
    append(at(1, "stdout P long "), at(2, "stdout F line"), at(3, "stderr F err"));

    assertThat(
            read(
                new LogQuery(
                    OptionalLong.empty(), Optional.empty(), true, OptionalLong.empty(), BOTH)))
        .isEqualTo(
            """
            2026-11-21T09:00:01.000000001Z long line
            2026-11-21T09:00:03.000000001Z err
            """);
  }

  @Test
  void aTailCountsTheContainersLines() throws IOException {
    append(
        at(1, "stdout F first"),
        at(2, "stdout P sec"),
        at(2, "stdout P on"),
        at(2, "stdout F d"),
        at(3, "stderr F third"));

    assertThat(read(tail(0))).isEmpty();
    assertThat(read(tail(1))).isEqualTo("third\n");
    assertThat(read(tail(2))).isEqualTo("second\nthird\n");
    assertThat(read(tail(3))).isEqualTo("first\nsecond\nthird\n");
    assertThat(read(tail(99))).isEqualTo("first\nsecond\nthird\n");
  }

  @Test
  void aTailIsRightAcrossBlocks() throws IOException {
    append(
        IntStream.range(0, 5_000)
            .mapToObj(i -> at(1, "stdout F line %d %s".formatted(i, "x".repeat(i % 97))))
            .toArray(String[]::new));

    for (int lines : new int[] {1, 100, 1_500, 4_999, 5_000}) {
      String tailed = read(tail(lines));
      assertThat(tailed.lines()).hasSize(lines);
      assertThat(tailed).startsWith("line %d ".formatted(5_000 - lines));
    }
  }

  @Test
  void aTailOfAnEmptyLogIsEmpty() throws IOException {
    Files.createFile(file);

    assertThat(read(tail(5))).isEmpty();
    assertThat(read(LogQuery.WHOLE)).isEmpty();
  }

  @Test
  void onlyWhatIsYoungEnoughOfTheWantedSourceAndWithinTheLimitIsShown() throws IOException {
    append(
        at(1, "stdout F old"),
        at(2, "stdout F new"),
        at(3, "stderr F error"),
        "when? stdout F undated");

    Instant two = Instant.parse("2026-11-21T09:00:02Z");
    assertThat(
            read(
                new LogQuery(
                    OptionalLong.empty(),
                    Optional.of(two),
                    false,
                    OptionalLong.empty(),
                    Set.of(LogSource.STDOUT))))
        .isEqualTo("new\nundated\n");
    assertThat(
            read(
                new LogQuery(
                    OptionalLong.empty(), Optional.empty(), false, OptionalLong.of(6), BOTH)))
        .isEqualTo("old\nne");
    assertThatThrownBy(() -> tail(-1)).hasMessageContaining("tailLines").hasMessageContaining("-1");
  }

  @Test
  void bytesThatAreNoTextPassUnchanged() throws IOException {
    byte[] head = at(1, "stdout F ").getBytes(UTF_8);
    byte[] line = new byte[head.length + 255 + 1];
    System.arraycopy(head, 0, line, 0, head.length);
    int at = head.length;
    for (int b = 0; b < 256; b++) {
      if (b != '\n') {
        line[at++] = (byte) b;
      }
    }
    line[at] = '\n';
    Files.write(file, line);

    try (ContainerLog log = ContainerLog.read(file, LogQuery.WHOLE)) {
      byte[] read = log.readAllBytes();
      assertThat(read).hasSize(256);
      assertThat(read[0]).isZero();
      assertThat(read[254]).isEqualTo((byte) 0xff);
    }
  }

  @Test
  void aFollowGoesOnOverRotationsUntilTheContainerEnds() throws Exception {
    append(at(1, "stdout F before"));
    AtomicBoolean running = new AtomicBoolean(true);
    try (ContainerLog log = ContainerLog.follow(file, LogQuery.WHOLE, running::get)) {
      assertThat(log.readNBytes(7)).asString().isEqualTo("before\n");
      CompletableFuture<String> rest = reading(log);
      append(at(2, "stdout F while"));
      Files.move(file, folder.resolve("0.log.1"));
      Files.writeString(
          folder.resolve("0.log.1"), at(3, "stdout F last\n"), StandardOpenOption.APPEND);
      append(at(4, "stdout F after"));
      running.set(false);

      assertThat(rest.get()).isEqualTo("while\nlast\nafter\n");
    }
  }

  @Test
  void anEntryWrittenInTwoHalvesIsShownWhenItIsWhole() throws Exception {
    Files.writeString(file, "2026-11-21T09:00:01Z stdout F ha");
    AtomicBoolean running = new AtomicBoolean(true);
    try (ContainerLog log = ContainerLog.follow(file, LogQuery.WHOLE, running::get)) {
      CompletableFuture<String> all = reading(log);
      Files.writeString(file, "lf\n", StandardOpenOption.APPEND);
      running.set(false);

      assertThat(all.get()).isEqualTo("half\n");
    }
  }

  @Test
  void closingEndsAReadThatWaits() throws Exception {
    append(at(1, "stdout F x"));
    ContainerLog log = ContainerLog.follow(file, LogQuery.WHOLE, () -> true);
    assertThat(log.readNBytes(2)).asString().isEqualTo("x\n");
    CompletableFuture<String> rest = reading(log);
    log.close();

    assertThat(rest.get()).isEmpty();
  }

  @Test
  void anEntryWithoutEndDoesNotFillTheMemory() throws IOException {
    Files.writeString(
        file,
        at(1, "stdout F " + "x".repeat(3 << 20)) + "\n" + at(2, "stdout F next\n"),
        StandardOpenOption.CREATE);

    assertThat(read(LogQuery.WHOLE).lines().map(String::length).collect(Collectors.toList()))
        .satisfies(lengths -> assertThat(lengths.getFirst()).isLessThan(1 << 20))
        .hasSize(2);
  }

  private static CompletableFuture<String> reading(ContainerLog log) {
    CompletableFuture<String> text = new CompletableFuture<>();
    Thread.startVirtualThread(() -> {
      try {
        text.complete(new String(log.readAllBytes(), UTF_8));
      } catch (IOException e) {
        text.completeExceptionally(e);
      }
    });
    return text;
  }

  @Test
  void whatWasRotatedAwayComesFirstAndIsPartOfTheTail() throws IOException {
    append(at(1, "stdout F one"), at(2, "stdout F two"));
    Path oldest = Files.move(file, folder.resolve("0.log.2"));
    append(at(3, "stdout F three"));
    Path older = Files.move(file, folder.resolve("0.log.1"));
    append(at(4, "stdout F four"));
    List<Path> rotated = List.of(oldest, older);
    assertThat(read(rotated, LogQuery.WHOLE)).isEqualTo("one\ntwo\nthree\nfour\n");
    assertThat(read(rotated, tail(1))).isEqualTo("four\n");
    assertThat(read(rotated, tail(3))).isEqualTo("two\nthree\nfour\n");
    assertThat(read(rotated, tail(9))).isEqualTo("one\ntwo\nthree\nfour\n");
  }

  @Test
  void aPartThatIsRotatedAgainMeanwhileIsReadOnce() throws IOException {
    append(at(1, "stdout F one"));
    Path same = Files.createLink(folder.resolve("0.log.1"), file);
    assertThat(read(List.of(folder.resolve("0.log.2"), same), LogQuery.WHOLE)).isEqualTo("one\n");
  }

  private String read(List<Path> rotated, LogQuery query) throws IOException {
    try (ContainerLog log = ContainerLog.follow(file, rotated, query, () -> false)) {
      return new String(log.readAllBytes(), UTF_8);
    }
  }
}

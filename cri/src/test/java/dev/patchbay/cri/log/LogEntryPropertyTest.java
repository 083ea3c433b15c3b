package dev.patchbay.cri.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever a log file holds, reading it ends and throws nothing. */
class LogEntryPropertyTest {
  @Property
  void anyBytesAreAnEntryOrNot(@ForAll byte[] line) {
    LogEntry.parse(line)
        .ifPresent(entry -> {
          assertThat(entry.time().length + entry.text().length).isLessThanOrEqualTo(line.length);
          assertThat(entry.instant()).isNotNull();
        });
  }

  @Property(tries = 200)
  void anyFileIsReadToItsEnd(
      @ForAll @Size(max = 500) byte[] bytes, @ForAll @IntRange(max = 10) int tail)
      throws IOException {
    Path file = Files.createTempFile("patchbay", ".log");
    try {
      Files.write(file, bytes);
      LogQuery query =
          new LogQuery(
              OptionalLong.of(tail),
              Optional.empty(),
              true,
              OptionalLong.empty(),
              Set.of(LogSource.values()));
      try (ContainerLog log = ContainerLog.read(file, query)) {
        assertThat(log.readAllBytes().length).isLessThanOrEqualTo(bytes.length + 1);
      }
    } finally {
      Files.delete(file);
    }
  }
}

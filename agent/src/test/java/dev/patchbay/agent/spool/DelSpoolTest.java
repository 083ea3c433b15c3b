package dev.patchbay.agent.spool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DelSpoolTest {
  @TempDir private Path folder;

  private void spooled(String file, String container) throws IOException {
    byte[] pair = ("CNI_CONTAINERID=" + container).getBytes(UTF_8);
    ByteBuffer frame = ByteBuffer.allocate(16 + pair.length);
    frame.put("PBRQ".getBytes(UTF_8)).putShort((short) 1).putShort((short) 1);
    frame.putInt(pair.length).put(pair).putInt(0);
    Files.write(folder.resolve(file), frame.array());
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void requestsAreDoneOldestFirstAndRemoved() throws IOException {
    spooled("0000000002-7.req", "second");
    spooled("0000000010-1.req", "third");
    spooled("0000000001-9.req", "first");
    List<String> done = new ArrayList<>();
    int count =
        new DelSpool(folder)
            .drain(request -> done.add(request.environment().getOrDefault("CNI_CONTAINERID", "")));
    assertThat(done).containsExactly("first", "second", "third");
    assertThat(count).isEqualTo(3);
    assertThat(files()).isEmpty();
  }

  @Test
  void requestThatCannotBeDoneYetStaysAndDoesNotHoldUpTheOthers() throws IOException {
    spooled("1.req", "stuck");
    spooled("2.req", "easy");
    var spool = new DelSpool(folder);
    assertThat(spool.drain(request -> !request.environment().containsValue("stuck"))).isEqualTo(1);
    assertThat(files()).containsExactly("1.req");
    assertThat(spool.drain(_ -> true)).isEqualTo(1);
    assertThat(spool.drain(_ -> true)).isZero();
  }

  @Test
  void unreadableFileIsSetAsideAndTheOthersAreDone() throws IOException {
    Files.write(folder.resolve("1.req"), "PBRQ\0\1".getBytes(UTF_8));
    Files.write(folder.resolve("2.req"), "nonsense".getBytes(UTF_8));
    Files.write(folder.resolve("3.req"), new byte[0]);
    spooled("4.req", "good");
    var spool = new DelSpool(folder);
    assertThat(spool.drain(_ -> true)).isEqualTo(1);
    assertThat(files()).containsExactly("1.req.unreadable", "2.req.unreadable", "3.req.unreadable");
    assertThat(spool.drain(_ -> true)).isZero();
  }

  @Test
  void draftOfAShimIsNoRequestAndIsSweptOnlyWhenItIsOld() throws IOException {
    Files.write(folder.resolve("1.tmp"), new byte[] {1});
    Files.write(folder.resolve("2.tmp"), new byte[] {1});
    Files.setLastModifiedTime(
        folder.resolve("1.tmp"), FileTime.from(Instant.now().minus(Duration.ofDays(1))));
    assertThat(new DelSpool(folder).drain(_ -> true)).isZero();
    assertThat(files()).containsExactly("2.tmp");
  }

  @Test
  void folderIsMadeForRootOnly() throws IOException {
    Path missing = folder.resolve("a/spool");
    assertThat(new DelSpool(missing).drain(_ -> true)).isZero();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(missing)))
        .isEqualTo("rwx------");
  }
}

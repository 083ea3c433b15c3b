package dev.patchbay.ipam;

import static dev.patchbay.ipam.Pools.granted;
import static dev.patchbay.ipam.Pools.nic;
import static dev.patchbay.ipam.Pools.pool;
import static dev.patchbay.ipam.Pools.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store on a file system of a few pages, of which one file takes one. */
class BrokenDiskLiveTest {
  private static final RangeSets DUAL = pool("10.1.0.0/24", "fd00::/64");

  private @TempDir Path mountPoint = Path.of("/");
  private HostLocalStore store = new HostLocalStore(mountPoint, "blue", new InProcessLock());

  @BeforeEach
  void mount() throws Exception {
    Assumptions.assumeTrue(
        "root".equals(System.getProperty("user.name"))
            && run("mount", "-t", "tmpfs", "-o", "size=28k", "tiny", mountPoint.toString()) == 0,
        "only root may mount a tmpfs");
    store = new HostLocalStore(mountPoint, "blue", new InProcessLock());
  }

  @AfterEach
  void unmount() throws Exception {
    if (Files.getFileStore(mountPoint).name().equals("tiny")) {
      assertThat(run("umount", mountPoint.toString())).isZero();
    }
  }

  private static int run(String... command) throws Exception {
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }

  private Reserved reserve(String id) {
    return store.reserve(ReserveRequest.of(nic(id), DUAL));
  }

  @Test
  void aFullDiskIsNamedLeavesNothingHalfDoneAndIsOverWhenThereIsRoom() throws Exception {
    List<String> ids = new ArrayList<>();
    while (reserve("c" + ids.size()) instanceof Reserved.Granted) {
      ids.add("c" + ids.size());
    }
    assertThat(ids).isNotEmpty();
    List<Reservation> before = store.list();
    for (int i = 0; i < 3; i++) {
      assertThat(refused(reserve("full")))
          .contains(store.folder() + "/", "No space left on device", "make room")
          .doesNotContain("left behind");
      assertThat(store.list()).isEqualTo(before).hasSize(2 * ids.size());
      assertThat(store.folder().resolve(".patchbay-draft")).doesNotExist();
    }
    assertThat(store.release(nic(ids.getFirst()))).hasSize(2);
    assertThat(granted(reserve("late"))).hasSize(2);
  }

  @Test
  void aDiskWithoutRoomForTheFirstFileIsNamed() throws IOException {
    Files.createDirectories(store.folder());
    Files.write(mountPoint.resolve("filler"), new byte[28 << 10]);
    assertThat(refused(reserve("c1"))).contains("10.1.0.2", "No space left on device");
    assertThat(store.list()).isEmpty();
  }

  @Test
  void aReadOnlyDiskIsNamed() throws Exception {
    granted(reserve("c1"));
    assertThat(run("mount", "-o", "remount,ro", mountPoint.toString())).isZero();
    assertThat(refused(reserve("c2"))).contains(store.folder() + "/", "Read-only file system");
    assertThatIOException()
        .isThrownBy(() -> store.release(nic("c1")))
        .withMessageContaining("10.1.0.2")
        .withMessageContaining("Read-only file system");
    assertThat(store.check(nic("c1"))).hasSize(2);
    HostLocalStore other = new HostLocalStore(mountPoint, "red", new InProcessLock());
    assertThat(refused(other.reserve(ReserveRequest.of(nic("c1"), DUAL))))
        .contains(other.folder().toString(), "Read-only file system");
  }
}

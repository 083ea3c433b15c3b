package dev.patchbay.ipam;

import static dev.patchbay.ipam.Pools.addresses;
import static dev.patchbay.ipam.Pools.ip;
import static dev.patchbay.ipam.Pools.ips;
import static dev.patchbay.ipam.Pools.nic;
import static dev.patchbay.ipam.Pools.pool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StaleReservationsTest {
  private static final Instant BOOT = Instant.parse("2026-01-02T03:04:05Z");

  @Test
  void unreadableFilesCountAsTakenAndAreListedWithWhatIsWrong(@TempDir Path dataDir)
      throws IOException {
    HostLocalStore store = new HostLocalStore(dataDir, "blue", new InProcessLock());
    Path folder = Files.createDirectories(store.folder());
    Files.write(folder.resolve("10.1.0.2"), new byte[0]);
    Files.write(folder.resolve("10.1.0.3"), new byte[] {(byte) 0xff, 0, 1});
    Files.createDirectory(folder.resolve("10.1.0.4"));
    Files.createSymbolicLink(folder.resolve("10.1.0.5"), Path.of("nowhere"));
    Files.write(folder.resolve("010.1.0.6"), new byte[0]);
    Files.write(folder.resolve("README"), new byte[0]);
    assertThat(addresses(store.reserve(ReserveRequest.of(nic("c1"), pool("10.1.0.0/29")))))
        .isEqualTo(ips("10.1.0.6"));
    assertThat(store.list().stream().map(it -> it.address() + " " + it.occupant()))
        .containsExactly(
            "10.1.0.2 a file that is empty",
            "10.1.0.3 a file that is not UTF-8",
            "10.1.0.4 a file that is not a regular file",
            "10.1.0.5 a file that is not a regular file",
            "10.1.0.6 container c1, interface eth0");
  }

  @Test
  void aPipeInAFilesPlaceIsNotWaitedFor(@TempDir Path dataDir) throws Exception {
    HostLocalStore store = new HostLocalStore(dataDir, "blue", new InProcessLock());
    Path pipe = Files.createDirectories(store.folder()).resolve("10.1.0.2");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    assertThat(store.list().getFirst().occupant())
        .isEqualTo(new Occupant.Unreadable("not a regular file"));
    assertThat(store.reclaim(store.list())).hasSize(1);
  }

  @Test
  void whatIsOlderThanTheBootIsListedAndReclaimedUnlessItChanged(@TempDir Path dataDir)
      throws IOException {
    HostLocalStore store = new HostLocalStore(dataDir, "blue", new InProcessLock());
    for (String id : new String[] {"c2", "c3", "c4", "c5"}) {
      store.reserve(ReserveRequest.of(nic(id), pool("10.1.0.0/29")));
    }
    age(store, "10.1.0.2", BOOT.minusNanos(1));
    age(store, "10.1.0.3", BOOT.minusSeconds(1));
    age(store, "10.1.0.4", BOOT.minusSeconds(1));
    age(store, "10.1.0.5", BOOT);
    List<Reservation> stale = store.staleSince(BOOT);
    assertThat(stale.stream().map(Reservation::address))
        .isEqualTo(ips("10.1.0.2", "10.1.0.3", "10.1.0.4"));

    Files.writeString(store.folder().resolve("10.1.0.3"), "c9\r\neth0");
    age(store, "10.1.0.3", BOOT.minusSeconds(1));
    Files.writeString(store.folder().resolve("10.1.0.4"), "c4\r\neth0");
    assertThat(store.reclaim(stale)).isEqualTo(stale.subList(0, 1));
    assertThat(store.reclaim(stale)).isEmpty();
    assertThat(store.list().stream().map(Reservation::address))
        .isEqualTo(ips("10.1.0.3", "10.1.0.4", "10.1.0.5"));
  }

  @Test
  void reclaimingInAnAbsentFolderIsNothing(@TempDir Path dataDir) throws IOException {
    HostLocalStore store = new HostLocalStore(dataDir, "blue", new InProcessLock());
    Reservation one = new Reservation(ip("10.1.0.2"), new Occupant.Nic(nic("c1")), BOOT);
    assertThat(store.reclaim(List.of(one))).isEmpty();
    assertThat(store.staleSince(BOOT)).isEmpty();
  }

  @Test
  void whatCannotBeDeletedIsNamedAfterAllElseIsGone(@TempDir Path dataDir) throws IOException {
    HostLocalStore store = new HostLocalStore(dataDir, "blue", new InProcessLock());
    Path folder = Files.createDirectories(store.folder());
    Files.createDirectories(folder.resolve("10.1.0.2/full"));
    Files.writeString(folder.resolve("10.1.0.3"), "c3");
    assertThatIOException()
        .isThrownBy(() -> store.reclaim(store.list()))
        .withMessageContaining(folder + "/10.1.0.2");
    assertThat(folder.resolve("10.1.0.3")).doesNotExist();
  }

  private static void age(HostLocalStore store, String address, Instant written)
      throws IOException {
    Files.setLastModifiedTime(store.folder().resolve(address), FileTime.from(written));
  }
}

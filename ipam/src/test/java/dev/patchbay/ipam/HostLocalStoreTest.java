package dev.patchbay.ipam;

import static dev.patchbay.ipam.Pools.addresses;
import static dev.patchbay.ipam.Pools.granted;
import static dev.patchbay.ipam.Pools.ip;
import static dev.patchbay.ipam.Pools.ips;
import static dev.patchbay.ipam.Pools.nic;
import static dev.patchbay.ipam.Pools.pool;
import static dev.patchbay.ipam.Pools.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.plan.LeaseOp.Holder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostLocalStoreTest {
  private static final RangeSets SMALL = pool("10.1.0.0/29");
  private static final RangeSets DUAL = pool("10.1.0.0/29", "fd00::/64");

  private @TempDir Path dataDir = Path.of("/");
  private HostLocalStore store = store(Path.of("/"));

  private static HostLocalStore store(Path dataDir) {
    return new HostLocalStore(dataDir, "blue", new InProcessLock());
  }

  @BeforeEach
  void openStore() {
    store = store(dataDir);
  }

  private Reserved reserve(String containerId, RangeSets ranges, String... requested) {
    return store.reserve(ReserveRequest.of(nic(containerId), ranges).requesting(ips(requested)));
  }

  private void stranger(String name, String content) throws IOException {
    Files.createDirectories(store.folder());
    Files.writeString(store.folder().resolve(name), content);
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(store.folder())) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void filesAreThoseOfHostLocal() throws IOException {
    assertThat(granted(reserve("c1", DUAL))).containsExactly("10.1.0.2/29", "fd00::2/64");
    assertThat(files())
        .containsExactly("10.1.0.2", "fd00::2", "last_reserved_ip.0", "last_reserved_ip.1", "lock");
    Path file = store.folder().resolve("fd00::2");
    assertThat(file).hasContent("c1\r\neth0");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(store.folder().resolve("last_reserved_ip.1")).hasContent("fd00::2");
  }

  @Test
  void theGatewayComesWithTheAddress() {
    assertThat(reserve("c1", pool("10.1.0.0/29,,,10.1.0.6")))
        .isInstanceOfSatisfying(
            Reserved.Granted.class,
            it -> assertThat(it.ips().getFirst().gateway()).contains(ip("10.1.0.6").inet()));
  }

  @Test
  void aReleasedAddressIsTheLastToComeAgain() throws IOException {
    assertThat(addresses(reserve("c1", SMALL))).isEqualTo(ips("10.1.0.2"));
    store.release(nic("c1"));
    for (String next : new String[] {"3", "4", "5", "6", "2"}) {
      assertThat(addresses(reserve("c" + next, SMALL))).isEqualTo(ips("10.1.0." + next));
    }
    assertThat(refused(reserve("c9", SMALL)))
        .contains("no free address in pool \"blue\" (10.1.0.1-10.1.0.6)");
  }

  @Test
  void aNewProcessGoesOnWhereTheLastOneStopped() throws IOException {
    reserve("c1", SMALL);
    store.release(nic("c1"));
    store = store(dataDir);
    assertThat(addresses(reserve("c2", SMALL))).isEqualTo(ips("10.1.0.3"));
  }

  @Test
  void anUnreadableLastAddressOnlyCostsTheRotation() throws IOException {
    stranger("last_reserved_ip.0", "nonsense");
    assertThat(addresses(reserve("c1", SMALL))).isEqualTo(ips("10.1.0.2"));
  }

  @Test
  void reservingTwiceForOneNicIsRefusedNamingTheAddress() {
    reserve("c1", SMALL);
    assertThat(refused(reserve("c1", SMALL)))
        .contains("c1 already holds 10.1.0.2", "duplicate allocation is not allowed", "send DEL");
    assertThat(refused(reserve("c1", SMALL, "10.1.0.5"))).contains("duplicate allocation");
    Holder other = new Holder("c1", new IfName("net1"));
    assertThat(addresses(store.reserve(ReserveRequest.of(other, SMALL))))
        .isEqualTo(ips("10.1.0.3"));
    assertThat(addresses(reserve("c1", pool("10.9.0.0/29")))).isEqualTo(ips("10.9.0.2"));
  }

  @Test
  void aStrangersReservationForTheSameNicIsADuplicateToo() throws IOException {
    reserve("c0", SMALL);
    stranger("10.1.0.5", "c1\r\neth0");
    assertThat(refused(reserve("c1", SMALL))).contains("already holds 10.1.0.5");
    stranger("10.1.0.6", "c2");
    assertThat(refused(reserve("c2", SMALL))).contains("already holds 10.1.0.6");
  }

  @Test
  void requestedAddressesTakeTheFreeChoicesPlace() {
    assertThat(granted(reserve("c1", DUAL, "fd00::77", "fd00::77")))
        .containsExactly("10.1.0.2/29", "fd00::77/64");
    assertThat(granted(reserve("c2", DUAL))).containsExactly("10.1.0.3/29", "fd00::78/64");
  }

  @Test
  void requestedAddressesThatCannotBeHadAreNamedAndNothingIsTaken() throws IOException {
    reserve("c1", DUAL, "10.1.0.5");
    List<String> before = files();
    assertThat(refused(reserve("c2", DUAL, "10.1.0.5")))
        .contains("10.1.0.5 is held by container c1, interface eth0")
        .contains(store.folder() + "/10.1.0.5");
    assertThat(refused(reserve("c2", DUAL, "fd00::2"))).contains("fd00::2 is held by");
    assertThat(refused(reserve("c2", DUAL, "10.1.0.1"))).contains("10.1.0.1 is the gateway of");
    assertThat(refused(reserve("c2", DUAL, "10.2.0.1"))).contains("10.2.0.1 is in none of the");
    assertThat(refused(reserve("c2", DUAL, "10.1.0.3", "10.1.0.4")))
        .contains("10.1.0.4 is the second one asked for");
    assertThat(files()).isEqualTo(before);
  }

  @Test
  void anExhaustedSecondSetGivesTheFirstSetsAddressBack() throws IOException {
    RangeSets narrow = pool("10.1.0.0/29", "10.2.0.0/30");
    reserve("c1", narrow);
    List<String> before = files();
    assertThat(refused(reserve("c2", narrow))).contains("no free address", "10.2.0.1-10.2.0.2");
    assertThat(files()).isEqualTo(before);
    assertThat(store.usage(narrow)).containsExactly(new Usage(5, 1), new Usage(1, 1));
  }

  @Test
  void whatStrangersTookBehindOurBackIsPassedOver() throws IOException {
    reserve("c1", SMALL);
    stranger("10.1.0.3", "x\r\neth0");
    stranger("10.1.0.4", "");
    assertThat(addresses(reserve("c2", SMALL))).isEqualTo(ips("10.1.0.5"));
  }

  @Test
  void whatStrangersReleasedBehindOurBackIsFound() throws IOException {
    for (String id : new String[] {"c2", "c3", "c4", "c5", "c6"}) {
      reserve(id, SMALL);
    }
    assertThat(refused(reserve("c7", SMALL))).contains("no free address");
    Files.delete(store.folder().resolve("10.1.0.4"));
    assertThat(addresses(reserve("c7", SMALL))).isEqualTo(ips("10.1.0.4"));
  }

  /** Kernels before 6.13 stamp a folder only every few milliseconds. */
  @Test
  void whatStrangersDidWithinOneTickOfTheFoldersClockIsFound() throws IOException {
    RangeSets one = pool("10.1.0.0/30");
    reserve("c1", one);
    FileTime tick = Files.getLastModifiedTime(store.folder());
    Files.delete(store.folder().resolve("10.1.0.2"));
    Files.setLastModifiedTime(store.folder(), tick);
    assertThat(addresses(reserve("c2", one))).isEqualTo(ips("10.1.0.2"));

    tick = Files.getLastModifiedTime(store.folder());
    stranger("10.1.0.3", "c3\r\neth0");
    Files.setLastModifiedTime(store.folder(), tick);
    assertThat(store.check(nic("c3"))).isEqualTo(ips("10.1.0.3"));
  }

  @Test
  void aFolderThatVanishedIsMadeAgain() throws IOException {
    reserve("c1", SMALL);
    for (String file : files()) {
      Files.delete(store.folder().resolve(file));
    }
    Files.delete(store.folder());
    assertThat(store.release(nic("c1"))).isEmpty();
    assertThat(addresses(reserve("c1", SMALL))).isEqualTo(ips("10.1.0.2"));
  }

  @Test
  void releasingTwiceOrTheAbsentIsSuccess() throws IOException {
    assertThat(store.release(nic("c1"))).isEmpty();
    assertThat(store.release(nic("c1"), ips("10.1.0.2"))).isEmpty();
    assertThat(store.folder()).doesNotExist();
    reserve("c1", DUAL);
    assertThat(store.release(nic("c1")))
        .containsExactlyInAnyOrderElementsOf(ips("10.1.0.2", "fd00::2"));
    assertThat(store.release(nic("c1"))).isEmpty();
    assertThat(store.release(new Holder("", new IfName("eth0")))).isEmpty();
  }

  @Test
  void onlyTheHoldersAddressesAreReleased() throws IOException {
    reserve("c1", SMALL);
    reserve("c2", SMALL);
    assertThat(store.release(nic("c1"), ips("10.1.0.2", "10.1.0.3", "10.1.0.4")))
        .isEqualTo(ips("10.1.0.2"));
    assertThat(files()).contains("10.1.0.3").doesNotContain("10.1.0.2");
  }

  @Test
  void anAddressThatChangedHandsIsLeftAlone() throws IOException {
    reserve("c1", SMALL);
    stranger("10.1.0.2", "c2\r\neth0");
    assertThat(store.release(nic("c1"), ips("10.1.0.2"))).isEmpty();
    assertThat(store.release(nic("c1"))).isEmpty();
    assertThat(store.check(nic("c2"))).isEqualTo(ips("10.1.0.2"));
  }

  @Test
  void filesOfOlderVersionsAreReleasedWhenNoneNamesTheInterface() throws IOException {
    stranger("10.1.0.5", "c1");
    stranger("10.1.0.6", "c1\r\neth0");
    assertThat(store.release(nic("c1"))).isEqualTo(ips("10.1.0.6"));
    assertThat(store.check(nic("c1"))).isEqualTo(ips("10.1.0.5"));
    assertThat(store.release(nic("c1"))).isEqualTo(ips("10.1.0.5"));
  }

  @Test
  void checkTellsWhatTheNicHas() throws IOException {
    assertThat(store.check(nic("c1"))).isEmpty();
    reserve("c1", DUAL);
    assertThat(store.check(nic("c1")))
        .containsExactlyInAnyOrderElementsOf(ips("10.1.0.2", "fd00::2"));
    Files.delete(store.folder().resolve("10.1.0.2"));
    assertThat(store.check(nic("c1"))).isEqualTo(ips("fd00::2"));
    assertThat(store.check(nic("c2"))).isEmpty();
  }

  @Test
  void stickyReservationsLookTheSame() throws IOException {
    assertThat(addresses(store.reserve(new ReserveRequest(nic("c1"), SMALL, List.of(), true))))
        .isEqualTo(ips("10.1.0.2"));
    assertThat(files()).containsExactly("10.1.0.2", "last_reserved_ip.0", "lock");
  }

  @Test
  void aDraftLeftByAKilledProcessHarmsNobody() throws IOException {
    reserve("c1", SMALL);
    Path draft = store.folder().resolve(".patchbay-draft");
    Files.createLink(draft, store.folder().resolve("10.1.0.2"));
    reserve("c2", SMALL);
    assertThat(store.folder().resolve("10.1.0.2")).hasContent("c1\r\neth0");
    assertThat(draft).doesNotExist();
  }

  @Test
  void foldersAndIdsThatCouldEscapeAreRefused() {
    for (String name : new String[] {"", "..", ".", "a/b", "/etc", "a\0", "x".repeat(256), "ü"}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new HostLocalStore(dataDir, name, new InProcessLock()))
          .withMessageContaining("network name \"" + name + "\"");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HostLocalStore(Path.of("var/lib"), "blue", new InProcessLock()))
        .withMessageContaining("dataDir \"var/lib\" is not absolute");
    assertThat(refused(reserve("../c1", SMALL))).contains("\"../c1\" is not a container ID");
    assertThat(refused(reserve("c1\r\neth0", SMALL))).contains("is not a container ID");
  }

  @Test
  void aFileInTheFoldersPlaceIsNamed() throws IOException {
    Files.writeString(dataDir.resolve("blue"), "");
    assertThat(refused(reserve("c1", SMALL))).contains(dataDir.resolve("blue").toString());
  }

  @Test
  void usageOfAnAbsentFolderIsNone() throws IOException {
    assertThat(store.usage(DUAL)).containsExactly(new Usage(5, 0), new Usage(Long.MAX_VALUE, 0));
    assertThat(store.list()).isEmpty();
    reserve("c1", DUAL);
    stranger("10.1.0.1", "the gateway does not count");
    assertThat(store.usage(DUAL)).containsExactly(new Usage(5, 1), new Usage(Long.MAX_VALUE, 1));
  }

  @Test
  void manyThreadsNeverShareAnAddress() throws Exception {
    RangeSets wide = pool("10.1.0.0/23", "fd00::/64");
    var seen = new ConcurrentLinkedQueue<IpAddress>();
    try (var threads = Executors.newFixedThreadPool(32)) {
      for (int i = 0; i < 500; i++) {
        String id = "c" + i;
        threads.execute(() -> seen.addAll(addresses(reserve(id, wide))));
      }
    }
    assertThat(seen).hasSize(1000);
    assertThat(new TreeSet<>(seen)).hasSize(1000);
    assertThat(store.list()).hasSize(1000);
  }
}

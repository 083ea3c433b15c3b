package dev.patchbay.linux.netns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.patchbay.core.nic.Netns;
import dev.patchbay.linux.libc.Errno;
import dev.patchbay.linux.libc.KernelException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NetnsLiveTest {
  @BeforeAll
  static void needsNamespaces() {
    LiveNetns.assumePermitted();
  }

  @Test
  void aNamespaceIsKnownByItsCookieAndInode() throws Exception {
    try (NetnsHandle one = NetnsHandle.create();
        NetnsHandle other = NetnsHandle.create();
        NetnsHandle here = NetnsHandle.current()) {
      assertThat(Set.of(one.cookie(), other.cookie(), here.cookie())).hasSize(3);
      assertThat(one.cookie()).isEqualTo(one.cookie()).isNotZero();
      assertThat(here.inode())
          .isEqualTo((long) (Long) Files.getAttribute(Path.of("/proc/self/ns/net"), "unix:ino"));
      assertThat(one.inode()).isNotEqualTo(other.inode());
    }
  }

  @Test
  void workHappensInsideAndTheCallerStaysOutside() throws Exception {
    try (NetnsHandle before = NetnsHandle.current();
        NetnsHandle netns = NetnsHandle.create()) {
      assertThat(netns.inside(NetnsLiveTest::ownInode)).isEqualTo(netns.inode());
      assertThat(netns.visit(NetnsLiveTest::ownInode)).isEqualTo(netns.inode());
      assertThat(ownInode()).isEqualTo(before.inode());
    }
  }

  @Test
  void visitorsAlwaysComeBack() throws Exception {
    try (NetnsHandle here = NetnsHandle.current();
        NetnsHandle one = NetnsHandle.create();
        NetnsHandle other = NetnsHandle.create()) {
      Set<Long> seen = ConcurrentHashMap.newKeySet();
      for (int i = 0; i < 20; i++) {
        one.visit(NetnsLiveTest::ownInode);
        seen.add(here.visit(NetnsLiveTest::ownInode));
        assertThat(other.visit(NetnsLiveTest::ownInode)).isEqualTo(other.inode());
      }
      assertThat(seen).containsExactly(here.inode());
    }
  }

  @Test
  void aFailureInsideReachesTheCallerAsItIs() throws Exception {
    try (NetnsHandle netns = NetnsHandle.create()) {
      IOException failure = new IOException("inside");

      assertThatThrownBy(() -> netns.inside(() -> fail(failure))).isSameAs(failure);
      assertThatThrownBy(() -> netns.visit(() -> fail(failure))).isSameAs(failure);
      assertThat(netns.visit(NetnsLiveTest::ownInode)).isEqualTo(netns.inode());
    }
  }

  @Test
  void interruptionOfTheCallerDoesNotCutTheWorkShort() throws Exception {
    try (NetnsHandle netns = NetnsHandle.create()) {
      Thread.currentThread().interrupt();
      long inside = netns.inside(NetnsLiveTest::ownInode);

      assertThat(Thread.interrupted()).isTrue();
      assertThat(inside).isEqualTo(netns.inode());
    }
  }

  @Test
  void aNameLivesUntilItIsDeletedTwice(@TempDir Path folder) throws Exception {
    try (NamedNetns named = NamedNetns.create(folder, "a")) {
      assertThat(named.path()).isEqualTo(folder.resolve("a"));
      try (NetnsHandle handle = named.open();
          NetnsHandle here = NetnsHandle.current()) {
        assertThat(handle.cookie()).isNotEqualTo(here.cookie());
      }
      assertThatThrownBy(() -> NamedNetns.create(folder, "a"))
          .isInstanceOf(FileAlreadyExistsException.class);

      NamedNetns.delete(folder, "a");
      NamedNetns.delete(folder, "a");
      assertThat(folder.resolve("a")).doesNotExist();
    }
  }

  @Test
  void aNameLeftFromAnEarlierBootIsDeletedToo(@TempDir Path folder) throws Exception {
    Files.createFile(folder.resolve("old"));

    NamedNetns.delete(folder, "old");

    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aKeptNamespaceIsTheSameUntilItIsDeletedTwice(@TempDir Path folder) throws Exception {
    NetnsKeeper keeper = new NetnsFolder(folder.resolve("netns"), "vm-");
    assertThat(keeper.listed()).isEmpty();
    try {
      Netns made = keeper.ensure("a");
      assertThat(made.path()).isEqualTo(folder + "/netns/vm-a");
      assertThat(keeper.ensure("a")).isEqualTo(made);
      Files.createFile(folder.resolve("netns/stranger"));
      assertThat(keeper.listed()).containsExactly("a");

      keeper.delete("a");
      Netns again = keeper.ensure("a");
      assertThat(again.path()).isEqualTo(made.path());
      assertThat(again.cookie()).isNotEqualTo(made.cookie());
    } finally {
      keeper.delete("a");
      keeper.delete("a");
    }
    assertThat(keeper.listed()).isEmpty();
  }

  @Test
  void anAgentListsOnlyTheNamespacesThatItMadeItself(@TempDir Path folder) throws Exception {
    NetnsKeeper all = new NetnsFolder(folder.resolve("netns"), "pod-");
    NetnsKeeper one = new OwnedNetns(all, folder.resolve("one"));
    NetnsKeeper other = new OwnedNetns(all, folder.resolve("other"));
    assertThat(one.listed()).isEmpty();
    try {
      Netns made = one.ensure("a");
      assertThat(one.ensure("a")).isEqualTo(made);
      other.ensure("b");

      assertThat(all.listed()).containsExactly("a", "b");
      assertThat(one.listed()).containsExactly("a");
      assertThat(other.listed()).containsExactly("b");
      assertThat(new OwnedNetns(all, folder.resolve("one")).listed())
          .as("after a restart")
          .containsExactly("a");
      one.delete("a");
      one.delete("a");
      assertThat(one.listed()).isEmpty();
      assertThat(all.listed()).containsExactly("b");
    } finally {
      all.delete("a");
      all.delete("b");
    }
  }

  @Test
  void aNameWithoutItsNamespaceIsMadeGood(@TempDir Path folder) throws Exception {
    Files.createFile(folder.resolve("vm-old"));
    NetnsKeeper keeper = new NetnsFolder(folder, "vm-");
    try {
      assertThat(keeper.listed()).containsExactly("old");
      assertThat(keeper.ensure("old").cookie()).isNotZero();
    } finally {
      keeper.delete("old");
    }
  }

  @Test
  void whatIsNoNetworkNamespaceIsNamedAndRefused(@TempDir Path folder) throws Exception {
    Path file = Files.createFile(folder.resolve("file"));

    assertThatThrownBy(() -> NetnsHandle.open(file))
        .isInstanceOf(NotNetnsException.class)
        .hasMessageContaining(file.toString());
    assertThatThrownBy(() -> NetnsHandle.open(Path.of("/proc/self/ns/uts")))
        .isInstanceOf(NotNetnsException.class)
        .hasMessageContaining("another kind");
    assertThatThrownBy(() -> NetnsHandle.open(folder.resolve("absent")))
        .isInstanceOfSatisfying(
            KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT));
    assertThatThrownBy(() -> NamedNetns.create(folder, "../x"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Object fail(IOException failure) throws IOException {
    throw failure;
  }

  private static long ownInode() throws IOException {
    try (NetnsHandle own = NetnsHandle.current()) {
      return own.inode();
    }
  }
}

package dev.patchbay.ipam;

import static dev.patchbay.ipam.Pools.ip;
import static dev.patchbay.ipam.Pools.ips;
import static dev.patchbay.ipam.Pools.nic;
import static dev.patchbay.ipam.Pools.pool;
import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.core.plan.AttachFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

/** A store against a map of who has what, strangers changing the folder without any lock. */
class StoreModelTest {
  private static final RangeSets POOL = pool("10.1.0.0/29", "10.2.0.0/29,10.2.0.0,10.2.0.3");
  private static final List<IpAddress> ALL =
      ips(
          "10.1.0.2",
          "10.1.0.3",
          "10.1.0.4",
          "10.1.0.5",
          "10.1.0.6",
          "10.2.0.0",
          "10.2.0.2",
          "10.2.0.3");

  /** What somebody does: kind, who, and which address (for strangers and requests). */
  record Act(Kind kind, int who, IpAddress address) {}

  enum Kind {
    RESERVE,
    REQUEST,
    RELEASE,
    RELEASE_KNOWN,
    RESTART,
    STRANGER_TAKES,
    STRANGER_RELEASES
  }

  @Provide
  Arbitrary<Act> acts() {
    return Combinators.combine(
            Arbitraries.of(Kind.class), Arbitraries.integers().between(1, 5), Arbitraries.of(ALL))
        .as(Act::new);
  }

  @Property(tries = 300)
  void theFolderIsAlwaysWhoHasWhat(@ForAll @Size(max = 40) List<@From("acts") Act> acts)
      throws IOException {
    Path dataDir = Files.createTempDirectory("store");
    try {
      Map<IpAddress, String> model = new HashMap<>();
      HostLocalStore store = new HostLocalStore(dataDir, "blue", new InProcessLock());
      for (Act act : acts) {
        if (act.kind() == Kind.RESTART) {
          store = new HostLocalStore(dataDir, "blue", new InProcessLock());
        }
        perform(act, store, model);
        Map<IpAddress, String> found = new HashMap<>();
        for (Reservation one : store.list()) {
          found.put(one.address(), one.occupant().toString());
        }
        assertThat(found).as("after %s", act).isEqualTo(model);
      }
      refill(store, model);
    } finally {
      delete(dataDir);
    }
  }

  private static void perform(Act act, HostLocalStore store, Map<IpAddress, String> model)
      throws IOException {
    String id = "c" + act.who();
    String name = "container " + id + ", interface eth0";
    Path file = store.folder().resolve(act.address().toString());
    switch (act.kind()) {
      case RESERVE, REQUEST -> {
        List<IpAddress> requested = act.kind() == Kind.REQUEST ? List.of(act.address()) : List.of();
        Reserved reserved = store.reserve(ReserveRequest.of(nic(id), POOL).requesting(requested));
        agree(reserved, name, requested, model);
      }
      case RELEASE -> {
        List<IpAddress> gone = store.release(nic(id));
        gone.forEach(one -> assertThat(model.remove(one)).isEqualTo(name));
        assertThat(model).doesNotContainValue(name);
      }
      case RELEASE_KNOWN -> {
        List<IpAddress> gone = store.release(nic(id), List.of(act.address()));
        assertThat(gone.isEmpty()).isEqualTo(!name.equals(model.get(act.address())));
        gone.forEach(model::remove);
      }
      case STRANGER_TAKES -> {
        Files.createDirectories(store.folder());
        if (!model.containsKey(act.address())) {
          Files.writeString(file, id + "\r\neth0");
          model.put(act.address(), name);
        }
      }
      case STRANGER_RELEASES -> {
        Files.deleteIfExists(file);
        model.remove(act.address());
      }
      case RESTART -> {}
    }
  }

  private static void agree(
      Reserved reserved, String name, List<IpAddress> requested, Map<IpAddress, String> model) {
    boolean duplicate = model.containsValue(name);
    boolean taken = requested.stream().anyMatch(model::containsKey);
    boolean full =
        POOL.sets().stream()
            .anyMatch(set -> ALL.stream().filter(set::contains).allMatch(model::containsKey));
    switch (reserved) {
      case Reserved.Granted granted -> {
        List<IpAddress> got = Pools.addresses(granted);
        assertThat(duplicate || taken || full).isFalse();
        assertThat(got).hasSize(2).containsAll(requested).doesNotContain(ip("10.1.0.1"));
        got.forEach(one -> assertThat(model.put(one, name)).isNull());
      }
      case Reserved.Refused(AttachFailure.InvalidField _) -> assertThat(duplicate).isTrue();
      case Reserved.Refused(AttachFailure.AddressTaken _) -> assertThat(taken).isTrue();
      case Reserved.Refused(AttachFailure.PoolExhausted _) -> assertThat(full).isTrue();
      case Reserved.Refused(var why) -> throw new AssertionError(why.message());
    }
  }

  /** Everything that is free can be had, each address once; releasing gives all of it back. */
  private static void refill(HostLocalStore store, Map<IpAddress, String> model)
      throws IOException {
    RangeSets first = new RangeSets(POOL.sets().subList(0, 1));
    Set<IpAddress> free = new TreeSet<>(ALL.subList(0, 5));
    free.removeAll(model.keySet());
    for (int round = 0; round < 2; round++) {
      Set<IpAddress> got = new TreeSet<>();
      for (int i = 0; i < free.size(); i++) {
        got.addAll(Pools.addresses(store.reserve(ReserveRequest.of(nic("r" + i), first))));
      }
      assertThat(got).isEqualTo(free);
      assertThat(store.usage(first).getFirst().exhausted()).isTrue();
      for (int i = 0; i < free.size(); i++) {
        assertThat(store.release(nic("r" + i))).hasSize(1);
      }
    }
    assertThat(store.list()).hasSize(model.size());
  }

  @Property(tries = 200)
  void whateverIsInTheFolderAllocationGoesOn(
      @ForAll @Size(max = 12) List<byte @Size(max = 40) []> contents,
      @ForAll @Size(max = 12) List<@From("names") String> names)
      throws IOException {
    Path dataDir = Files.createTempDirectory("store");
    try {
      HostLocalStore store = new HostLocalStore(dataDir, "blue", new InProcessLock());
      Files.createDirectories(store.folder());
      Set<String> fuzzed = new TreeSet<>();
      for (int i = 0; i < Math.min(contents.size(), names.size()); i++) {
        Files.write(store.folder().resolve(names.get(i)), contents.get(i));
        fuzzed.add(names.get(i));
      }
      List<IpAddress> free = new ArrayList<>(ALL.subList(0, 5));
      free.removeIf(one -> fuzzed.contains(one.toString()));
      RangeSets first = new RangeSets(POOL.sets().subList(0, 1));
      for (int i = 0; i < free.size(); i++) {
        Pools.addresses(store.reserve(ReserveRequest.of(nic("new" + i), first)));
      }
      assertThat(store.usage(first).getFirst().exhausted()).isTrue();
      List<Reservation> all = store.list();
      assertThat(all.stream().map(Reservation::address)).containsAll(ALL.subList(0, 5));
      assertThat(store.reclaim(all)).isEqualTo(all);
      assertThat(store.list()).isEmpty();
    } finally {
      delete(dataDir);
    }
  }

  @Provide
  Arbitrary<String> names() {
    Arbitrary<String> addresses = Arbitraries.of(ALL).map(IpAddress::toString);
    return Arbitraries.oneOf(
        addresses,
        addresses.map(text -> text + " "),
        Arbitraries.of(
            "last_reserved_ip.0",
            "last_reserved_ip.1",
            "fd00::2",
            "FD00::2",
            "::",
            "10.1.0.02",
            "lock",
            ".patchbay-draft",
            "last_reserved_ip."));
  }

  private static void delete(Path dataDir) throws IOException {
    try (var files = Files.walk(dataDir)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(file);
      }
    }
  }
}

package dev.patchbay.vm.truth;

import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.NicState;
import dev.patchbay.vm.dhcp.NicTalk.Fact;
import dev.patchbay.vm.qmp.QmpAnswer;
import dev.patchbay.vm.qmp.QmpClient;
import dev.patchbay.vm.qmp.QmpEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import tools.jackson.databind.JsonNode;

/**
 * One guest, of which a thread of its own asks when there is a reason to. However much the guest
 * changes, QEMU and the agent are asked a few times a second at most, and a guest that goes on like
 * that is told of less and less often.
 */
public final class WatchedGuest implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(2);
  private static final long GAP = TimeUnit.MILLISECONDS.toNanos(50);

  /** What no event tells: an address by hand, an agent that starts, a lost connection. */
  private static final long LOOK = TimeUnit.SECONDS.toNanos(10);

  /** Changes that are told at once; after that, one every two seconds. */
  private static final int BURST = 30;

  private static final long EACH = TimeUnit.SECONDS.toNanos(2);

  private final String vm;
  private final Channels channels;
  private final Ear ear;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();
  private final Map<String, Nic> nics = new HashMap<>();
  private final Set<String> due = new HashSet<>();
  private boolean untold;
  private boolean closed;
  private Optional<Boolean> agent = Optional.empty();
  private String trouble = "";
  private double tells = BURST;
  private long told = System.nanoTime();

  /** Where a machine can be asked. */
  public interface Channels {
    /**
     * Its monitor; empty when it is off.
     *
     * @throws IOException when it runs and does not answer
     */
    Optional<QmpClient> monitor(String vm) throws IOException;

    /** The channel to an agent in its guest; empty when it has none. */
    Optional<Path> agent(String vm);
  }

  /** Hears of one guest, on its thread. */
  public interface Ear {
    /** One of its NICs stands otherwise than before. */
    void changed();

    /** A NIC is up, and its guest has not been heard with its addresses: it may be asked. */
    void silent(String device);

    /** Something cannot be asked, in words; told once. */
    void trouble(String why);
  }

  /**
   * A NIC as the guest was given it.
   *
   * @param device QEMU's device id
   * @param mac its Ethernet address
   * @param lent its IP addresses; none for a NIC of layer 2
   */
  public record Given(String device, MacAddress mac, List<InetAddress> lent) {
    /** Copies the list. */
    public Given {
      lent = List.copyOf(lent);
    }
  }

  private static final class Nic {
    private Given given;
    private GuestEvidence evidence = GuestEvidence.NONE;

    Nic(Given given) {
      this.given = given;
    }

    GuestView view() {
      return evidence.view(given.mac(), given.lent());
    }
  }

  private WatchedGuest(String vm, Channels channels, Ear ear) {
    this.vm = vm;
    this.channels = channels;
    this.ear = ear;
  }

  /** Starts its thread, which has nothing to do yet. */
  public static WatchedGuest start(String vm, Channels channels, Ear ear) {
    var guest = new WatchedGuest(vm, channels, ear);
    Thread.ofVirtual().name("guest " + vm).start(guest::watch);
    return guest;
  }

  /** These are its NICs now; new ones are asked about. */
  public void has(Collection<Given> now) {
    locked(() -> {
      Map<String, Given> given = new HashMap<>();
      now.forEach(nic -> given.put(nic.device(), nic));
      nics.keySet().retainAll(given.keySet());
      given.forEach((device, nic) -> {
        Nic known = nics.get(device);
        if (known == null) {
          nics.put(device, new Nic(nic));
          ask(device);
        } else {
          known.given = nic;
        }
      });
    });
  }

  /** How it stands with a NIC; empty when the guest has none of that device id. */
  public Optional<GuestView> view(String device) {
    lock.lock();
    try {
      return Optional.ofNullable(nics.get(device)).map(Nic::view);
    } finally {
      lock.unlock();
    }
  }

  /** A frame has told something. */
  public void heard(String device, Fact fact) {
    locked(() -> change(device, evidence -> evidence.with(fact)));
  }

  /** QEMU told something; returns at once. */
  public void happened(QmpEvent event) {
    locked(() -> {
      switch (event.name()) {
        case "NIC_RX_FILTER_CHANGED" -> ask(event.data().path("name").asString(""));
        case "VSERPORT_CHANGE" -> {
          agent = Optional.of(event.data().path("open").asBoolean(false));
          nics.keySet().forEach(this::ask);
        }
        case "RESET" -> lose();
        default -> {} // of other events others take care
      }
    });
  }

  /** What was known is known no more. */
  public void forget() {
    locked(this::lose);
  }

  private void lose() {
    agent = Optional.empty();
    nics.keySet()
        .forEach(device -> {
          change(device, _ -> GuestEvidence.NONE);
          ask(device);
        });
  }

  /** Nobody is asked any more. */
  @Override
  public void close() {
    locked(() -> {
      closed = true;
      news.signalAll();
    });
  }

  private void locked(Runnable what) {
    lock.lock();
    try {
      what.run();
    } finally {
      lock.unlock();
    }
  }

  private void ask(String device) {
    if (nics.containsKey(device)) {
      due.add(device);
      news.signalAll();
    }
  }

  @FunctionalInterface
  private interface Change {
    GuestEvidence of(GuestEvidence before);
  }

  private void change(String device, Change how) {
    Nic nic = nics.get(device);
    if (nic != null) {
      GuestView before = nic.view();
      nic.evidence = how.of(nic.evidence);
      if (!nic.view().equals(before)) {
        untold = true;
        news.signalAll();
      }
    }
  }

  private void watch() {
    try {
      for (Optional<Set<String>> round = next(); round.isPresent(); round = next()) {
        if (!round.get().isEmpty()) {
          look(round.get());
        }
        tell();
        TimeUnit.NANOSECONDS.sleep(GAP);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** The devices to ask about, once there are any or something is to be told; empty at the end. */
  private Optional<Set<String>> next() throws InterruptedException {
    lock.lock();
    try {
      long left = LOOK;
      while (!closed && due.isEmpty() && !mayTell(System.nanoTime()) && left > 0) {
        left = news.awaitNanos(untold ? Math.min(left, EACH) : left);
      }
      if (left <= 0) {
        due.addAll(nics.keySet());
      }
      Set<String> round = Set.copyOf(due);
      due.clear();
      return closed ? Optional.empty() : Optional.of(round);
    } finally {
      lock.unlock();
    }
  }

  private boolean mayTell(long now) {
    tells = Math.min(BURST, tells + (double) (now - told) / EACH);
    told = now;
    return untold && tells >= 1;
  }

  private void tell() {
    lock.lock();
    try {
      if (!mayTell(System.nanoTime())) {
        return;
      }
      tells--;
      untold = false;
    } finally {
      lock.unlock();
    }
    ear.changed();
  }

  private void look(Set<String> devices) {
    try {
      Optional<QmpClient> monitor = channels.monitor(vm);
      if (monitor.isEmpty()) {
        return;
      }
      for (String device : devices) {
        DeviceView.ask(monitor.get(), device, LIMIT)
            .ifPresent(view -> locked(() -> change(device, evidence -> evidence.with(view))));
      }
      if (isAgentOpen(monitor.get())) {
        askAgent();
      }
      silent().forEach(ear::silent);
      trouble = "";
    } catch (IOException e) {
      String why = e.toString();
      if (!why.equals(trouble)) {
        trouble = why;
        ear.trouble("what its guest does is not known: " + why);
      }
    }
  }

  private List<String> silent() {
    lock.lock();
    try {
      return nics.entrySet().stream()
          .filter(entry -> entry.getValue().view().state() == NicState.UP)
          .map(Map.Entry::getKey)
          .toList();
    } finally {
      lock.unlock();
    }
  }

  /** After a restart no event tells; QEMU does. */
  private boolean isAgentOpen(QmpClient monitor) throws IOException {
    lock.lock();
    try {
      if (agent.isPresent()) {
        return agent.get();
      }
    } finally {
      lock.unlock();
    }
    boolean open = false;
    if (monitor.execute("query-chardev", Map.of(), LIMIT) instanceof QmpAnswer.Returned(var all)) {
      for (JsonNode one : all) {
        open |=
            one.path("label").asString("").equals("agent")
                && one.path("frontend-open").asBoolean(false);
      }
    }
    boolean found = open;
    locked(() -> agent = Optional.of(found));
    return found;
  }

  /** An agent that does not answer is not asked again before it says that it is there. */
  private void askAgent() {
    Optional<Path> channel = channels.agent(vm);
    if (channel.isEmpty()) {
      return;
    }
    List<AgentView> views;
    try {
      views = new GuestAgent(channel.get(), GuestAgent.PATIENCE).interfaces();
    } catch (IOException e) {
      ear.trouble("" + e.getMessage());
      locked(() -> {
        agent = Optional.of(false);
        nics.keySet().forEach(device -> change(device, one -> one.with(Optional.empty())));
      });
      return;
    }
    Map<MacAddress, AgentView> byMac = new HashMap<>();
    views.forEach(view -> byMac.putIfAbsent(view.mac(), view));
    locked(() ->
        nics.forEach((device, nic) -> {
          Optional<MacAddress> own = nic.evidence.device().flatMap(DeviceView::mac);
          Optional<AgentView> view = Optional.ofNullable(byMac.get(own.orElse(nic.given.mac())));
          change(device, one -> one.with(view));
        }));
  }
}

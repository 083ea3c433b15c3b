package dev.patchbay.agent.vm;

import dev.patchbay.core.nic.Netns;
import dev.patchbay.vm.hotplug.GuestNics;
import dev.patchbay.vm.machine.Machine;
import dev.patchbay.vm.machine.MachineEnd;
import dev.patchbay.vm.machine.MachineFolder;
import dev.patchbay.vm.machine.MachineListener;
import dev.patchbay.vm.machine.MachineNews;
import dev.patchbay.vm.machine.MachineOrder;
import dev.patchbay.vm.machine.MachineUser;
import dev.patchbay.vm.qemu.QemuMachine;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The virtual machines of this node. They outlive the agent: {@link #adopt} finds those that run
 * again. One call that starts or ends a machine at a time is its pod's worker's care.
 */
public final class Machines implements RunningGuests, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Machines.class);
  private static final Duration POLL = Duration.ofMillis(100);

  private final VmConfig config;
  private final Path states;
  private final Path runs;
  private final Launching launching;
  private final QemuFacts facts;
  private final Clock clock;
  private final Map<String, Machine> machines = new ConcurrentHashMap<>();
  private final List<MachineListener> listeners = new CopyOnWriteArrayList<>();

  /**
   * Nothing is done yet.
   *
   * @param states folder of what must survive a boot
   * @param runs folder of sockets
   * @param launching what is put before QEMU
   */
  public Machines(VmConfig config, Path states, Path runs, Launching launching, Clock clock) {
    this.config = config;
    this.states = states;
    this.runs = runs;
    this.launching = launching;
    this.facts = new QemuFacts(config, launching);
    this.clock = clock;
  }

  /** The settings. */
  public VmConfig config() {
    return config;
  }

  /** What QEMU can do here, found out once. */
  public QemuFacts facts() {
    return facts;
  }

  /** Tells somebody what happens to machines from now on. */
  public void listen(MachineListener listener) {
    listeners.add(listener);
  }

  private void tell(String vm, MachineNews news) {
    listeners.forEach(listener -> listener.heard(vm, news));
  }

  /** Where a machine's things are, or would be. */
  public MachineFolder folder(String vm) {
    return MachineFolder.below(states, runs, vm);
  }

  /** The ids of all machines of which there is something, sorted. */
  public List<String> listed() throws IOException {
    SequencedSet<String> all = new TreeSet<>(MachineFolder.listed(states));
    all.addAll(machines.keySet());
    return List.copyOf(all);
  }

  /** The user that a machine runs as. */
  public MachineUser user(String vm) {
    return config.userOf(vm);
  }

  /** Finds the machines that run from an earlier life of the agent; how many. */
  public int adopt() throws IOException {
    List<Thread> all = new ArrayList<>();
    for (String vm : MachineFolder.listed(states)) {
      all.add(Thread.ofVirtual().name("adopt " + vm).start(() -> adopt(vm)));
    }
    for (Thread one : all) {
      try {
        one.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while machines are looked for", e);
      }
    }
    return machines.size();
  }

  private void adopt(String vm) {
    try {
      Machine.adopt(folder(vm), this::tell, config.start())
          .ifPresent(machine -> machines.put(vm, machine));
    } catch (IOException e) {
      LOG.error(
          "Patchbay: machine {} cannot be managed any more and is ended: {}", vm, e.toString());
      discard(vm);
    }
  }

  /** A machine whose monitor is dead would keep its NICs for ever, and nobody could end it. */
  private void discard(String vm) {
    try {
      folder(vm).kill();
    } catch (IOException e) {
      LOG.error("Patchbay: machine {} cannot be ended: {}", vm, e.toString());
    }
  }

  /** A machine that was started and not taken away since, perhaps one that has ended. */
  public Optional<Machine> find(String vm) {
    return Optional.ofNullable(machines.get(vm));
  }

  @Override
  public Optional<GuestNics> running(String vm) {
    return find(vm).filter(machine -> !machine.ended().isDone()).map(Machine::nics);
  }

  /** How a machine ended that nobody saw ending; empty when it never was started. */
  public Optional<MachineEnd> unseenEnd(String vm) throws IOException {
    return Machine.endOf(folder(vm), clock.instant());
  }

  /**
   * Starts a machine in its pod's namespace and lets its guest run.
   *
   * @param machine as it is switched on
   * @param notes kept with it
   * @throws IOException that says why it does not run; nothing runs then
   */
  public Machine start(String vm, Netns netns, QemuMachine machine, Map<String, String> notes)
      throws IOException {
    MachineFolder folder = folder(vm);
    List<String> launcher = launching.before(vm, netns, user(vm), machine.accelerator());
    var order = new MachineOrder(config.qemu(), launcher, machine, config.start(), notes);
    Machine started = Machine.start(folder, order, this::tell);
    machines.put(vm, started);
    try {
      started.run();
      return started;
    } catch (IOException e) {
      started.end();
      throw e;
    }
  }

  /** Takes away what is left of a machine that has ended; twice is once. */
  public void forget(String vm) throws IOException {
    Optional<Machine> machine = find(vm);
    if (machine.isPresent() && !machine.get().ended().isDone()) {
      machine.get().end();
    }
    folder(vm).kill();
    folder(vm).delete();
    launching.after(vm);
    machines.remove(vm);
  }

  /**
   * Ends all machines at once, by their power buttons and then by force; what does not end, in
   * words.
   */
  public List<String> endAll(Duration grace) {
    List<String> left = new CopyOnWriteArrayList<>();
    List<Thread> all = new ArrayList<>();
    machines.forEach((vm, machine) ->
        all.add(
            Thread.ofVirtual()
                .name("end " + vm)
                .start(() -> end(machine, grace).ifPresent(left::add))));
    for (Thread one : all) {
      try {
        one.join();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
    return List.copyOf(left);
  }

  private Optional<String> end(Machine machine, Duration grace) {
    try {
      GracefulEnd.of(machine, clock.instant()).await(clock, grace, POLL);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of("machine " + machine.vm() + ": " + e.getMessage());
    }
  }

  /** Leaves all machines alone, running. */
  @Override
  public void close() throws IOException {
    for (Machine machine : machines.values()) {
      machine.close();
    }
  }
}

package dev.patchbay.agent.node;

import dev.patchbay.agent.node.MachineLook.Shown;
import dev.patchbay.agent.vm.GracefulEnd;
import dev.patchbay.agent.vm.Machines;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.vm.image.ImageException;
import dev.patchbay.vm.image.PreparedImage;
import dev.patchbay.vm.image.Progress;
import dev.patchbay.vm.machine.Machine;
import dev.patchbay.vm.machine.MachineEnd;
import dev.patchbay.vm.machine.MachineState;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The life of pods' machines: on, off, on again as the restart policy says, and off for good. Their
 * NICs are not its business, but for those that they are switched on with.
 */
final class MachineLife {
  private static final int GRACE_SECONDS = 30;
  private static final Duration BOOT = Duration.ofSeconds(3);
  private static final Duration BOOT_WATCH = Duration.ofSeconds(60);
  private static final Duration IO_RETRY = Duration.ofSeconds(10);

  private final Machines machines;
  private final MachineMaking making;
  private final NicPass pass;
  private final NodeEvents events;
  private final Clock clock;
  private final Consumer<String> poke;
  private final Map<String, MachineMemory> memories = new ConcurrentHashMap<>();

  /**
   * No machine yet.
   *
   * @param pass knows the NICs
   * @param poke has a pod looked at again
   */
  MachineLife(
      MachineMaking making, NicPass pass, NodeEvents events, Clock clock, Consumer<String> poke) {
    this.machines = making.machines();
    this.making = making;
    this.pass = pass;
    this.events = events;
    this.clock = clock;
    this.poke = poke;
  }

  /** What one look needs. */
  private record Pod(PodView view, MachineSpec spec, Netns netns, MachineMemory memory) {
    String uid() {
      return view.uid();
    }
  }

  private MachineMemory memory(PodView pod) {
    return memories.computeIfAbsent(pod.uid(), _ -> new MachineMemory());
  }

  /**
   * Takes away a QEMU whose guest has ended, before anybody asks the guest to let go of something.
   */
  void bury(PodView pod) throws IOException {
    Optional<Machine> machine = machines.find(pod.uid());
    if (machine.isPresent() && machine.get().look() instanceof MachineState.Halted) {
      machine.get().end();
    }
  }

  /** Ends a machine at once, whose NICs have gone with their namespace. */
  void cutOff(PodView pod) throws IOException {
    Optional<Machine> machine = machines.find(pod.uid());
    if (machine.isPresent()) {
      machine.get().end();
    }
  }

  /** Does what is due, as far as it can be done now. */
  MachineLook step(PodView pod, Netns netns) {
    try {
      MachineSpec spec = MachineSpec.of(pod, machines.config());
      return step(new Pod(pod, spec, netns, memory(pod)));
    } catch (IllegalArgumentException e) {
      return waiting(pod, "CreateContainerConfigError", "" + e.getMessage())
          .failing("" + e.getMessage());
    } catch (IOException e) {
      return waiting(pod, "MachineFailed", "" + e.getMessage()).failing("" + e.getMessage());
    }
  }

  private MachineLook step(Pod pod) throws IOException {
    Optional<Machine> machine = machines.find(pod.uid());
    if (machine.isEmpty()) {
      Optional<MachineEnd> end = machines.unseenEnd(pod.uid());
      return end.isPresent() ? ended(pod, end.get()) : wanted(pod);
    }
    return switch (machine.get().look()) {
      case MachineState.Ended(var end) -> ended(pod, end);
      case MachineState.Halted _ -> {
        machine.get().end();
        yield ended(pod, machine.get().ended().join());
      }
      case MachineState.Prepared() -> {
        machine.get().run();
        yield running(pod, machine.get());
      }
      case MachineState.Running() -> running(pod, machine.get());
      case MachineState.Paused(var why) -> paused(pod, machine.get(), why);
    };
  }

  private MachineLook wanted(Pod pod) throws IOException {
    return pod.spec().power() == MachineSpec.Power.SHUTDOWN ? off(pod) : start(pod);
  }

  private MachineLook off(Pod pod) {
    return waiting(
        pod.view(), "Shutdown", "switched off; spec.virtualMachine.powerSpec Running starts it");
  }

  private MachineLook running(Pod pod, Machine machine) throws IOException {
    switch (pod.spec().power()) {
      case SHUTDOWN -> {
        return stopping(pod, machine);
      }
      case PAUSED -> {
        machine.pause();
        return ailing(pod, machine, "Paused", "stopped where it was, as powerSpec says");
      }
      case ON, RUNNING -> pod.memory().ending(Optional.empty());
    }
    Optional<BootTrouble> trouble = BootTrouble.of(machine.folder().consoleLog());
    if (trouble.isPresent()) {
      events.warning(pod.view(), trouble.get().reason(), trouble.get().message());
      return ailing(pod, machine, trouble.get().reason(), trouble.get().message()).in(BOOT);
    }
    Instant began = Instant.parse(machine.record().startedAt());
    MachineLook look = look(pod, new Shown.Running(machine.record().startedAt()));
    return clock.instant().isBefore(began.plus(BOOT_WATCH)) ? look.in(BOOT) : look;
  }

  private MachineLook paused(Pod pod, Machine machine, String why) throws IOException {
    if (pod.spec().power() == MachineSpec.Power.SHUTDOWN) {
      return stopping(pod, machine);
    }
    if (why.equals("io-error")) {
      machine.run(); // what its guest wanted to write is tried again
      return ailing(pod, machine, "IOError", "a disk cannot be written; is the host's full?")
          .in(IO_RETRY);
    }
    if (pod.spec().power() == MachineSpec.Power.RUNNING) {
      machine.run();
      return running(pod, machine);
    }
    return ailing(pod, machine, "Paused", "its guest is stopped (" + why + ")");
  }

  private MachineLook ailing(Pod pod, Machine machine, String reason, String message) {
    return look(pod, new Shown.Ailing(machine.record().startedAt(), reason, message));
  }

  private MachineLook stopping(Pod pod, Machine machine) throws IOException {
    Duration left = proceed(pod.view(), machine, grace(pod.view()));
    return left.isZero()
        ? off(pod)
        : ailing(pod, machine, "Stopping", "its guest has been asked to shut down").in(left);
  }

  /** Zero when it has ended. */
  private Duration proceed(PodView pod, Machine machine, Duration grace) throws IOException {
    MachineMemory memory = memory(pod);
    if (memory.ending().isEmpty()) {
      events.normal(pod, "Killing", "Stopping virtual machine " + pod.name().name());
      memory.ending(Optional.of(GracefulEnd.of(machine, clock.instant())));
    }
    Duration left = memory.ending().orElseThrow().proceed(clock.instant(), grace);
    if (left.isZero()) {
      memory.ending(Optional.empty());
    }
    return left;
  }

  private static Duration grace(PodView pod) {
    return Duration.ofSeconds(
        pod.metadata()
            .path("deletionGracePeriodSeconds")
            .asLong(pod.spec().path("terminationGracePeriodSeconds").asLong(GRACE_SECONDS)));
  }

  private MachineLook ended(Pod pod, MachineEnd end) throws IOException {
    pod.memory().ended(end);
    if (pod.spec().power() == MachineSpec.Power.SHUTDOWN) {
      return off(pod);
    }
    boolean byGuest = end.cause() == MachineEnd.Cause.GUEST_SHUTDOWN;
    if (byGuest && pod.spec().whenGuestEnds() == MachineSpec.WhenGuestEnds.STOP) {
      return pod.spec().power() == MachineSpec.Power.RUNNING ? start(pod) : off(pod);
    }
    boolean terminates =
        byGuest && pod.spec().whenGuestEnds() == MachineSpec.WhenGuestEnds.TERMINATE;
    return switch (end.cause()) {
      case STOPPED, HOST_REBOOT -> start(pod);
      case GUEST_SHUTDOWN, GUEST_PANIC, DIED ->
          terminates || !RestartPolicy.of(pod.view()).runsAgain(end.exitCode())
              ? over(pod, end)
              : again(pod, end);
    };
  }

  private MachineLook over(Pod pod, MachineEnd end) {
    return look(pod, new Shown.Over(end));
  }

  private MachineLook again(Pod pod, MachineEnd end) throws IOException {
    Instant began =
        machines
            .folder(pod.uid())
            .read()
            .map(record -> Instant.parse(record.startedAt()))
            .orElse(end.at());
    Duration wait = pod.memory().untilRestart(began, end, clock.instant());
    if (!wait.isZero()) {
      String message =
          "back-off %ds restarting virtual machine of pod=%s: %s"
              .formatted(pod.memory().pause().toSeconds(), pod.view(), end.message());
      events.warning(
          pod.view(), "BackOff", "Back-off restarting virtual machine: " + end.message());
      return waiting(pod.view(), "CrashLoopBackOff", message).in(wait);
    }
    MachineLook look = start(pod);
    if (look.shown() instanceof Shown.Running) {
      pod.memory().restarted();
    }
    return look;
  }

  private MachineLook start(Pod pod) throws IOException {
    Optional<String> missing = machines.facts().missing();
    if (missing.isPresent()) {
      return troubled(pod, "RuntimeMissing", missing.get());
    }
    Optional<String> shortage = MachineMaking.shortage(pod.spec());
    if (shortage.isPresent()) {
      return troubled(pod, "OutOfMemory", shortage.get());
    }
    Optional<PreparedImage> image;
    try {
      image =
          pod.memory()
              .image(
                  () -> making.prepare(pod.view(), pod.spec(), progress(pod)),
                  () -> poke.accept(pod.uid()),
                  clock.instant());
    } catch (IOException e) {
      String reason = e instanceof ImageException known ? known.reason() : "ErrImagePull";
      events.warning(pod.view(), "Failed", "" + e.getMessage());
      return waiting(pod.view(), reason, "" + e.getMessage())
          .in(pod.memory().untilPull(clock.instant()));
    }
    return image.isPresent()
        ? start(pod, image.get())
        : waiting(pod.view(), "ContainerCreating", pod.memory().progress());
  }

  private MachineLook start(Pod pod, PreparedImage image) {
    // no NIC comes or goes between the reading of the list and the start with it
    try (var _ = pass.locks().hold(VmPods.incarnation(pod.view()))) {
      Machine machine =
          making.start(
              pod.view(),
              pod.spec(),
              image,
              pod.netns(),
              pass.there(VmPods.incarnation(pod.view())));
      events.normal(pod.view(), "Started", "Started virtual machine " + pod.spec().name());
      return running(pod, machine);
    } catch (IOException e) {
      return troubled(pod, "RunContainerError", "" + e.getMessage());
    } catch (IllegalArgumentException e) {
      return troubled(pod, "CreateContainerConfigError", "" + e.getMessage());
    }
  }

  private MachineLook troubled(Pod pod, String reason, String message) {
    events.warning(pod.view(), "Failed", message);
    return waiting(pod.view(), reason, message).failing(message);
  }

  private Progress progress(Pod pod) {
    return (stage, text) -> {
      pod.memory().progress(text);
      switch (stage) {
        case PULLING -> events.normal(pod.view(), "Pulling", text);
        case PULLED -> events.normal(pod.view(), "Pulled", text);
        case RECEIVING -> poke.accept(pod.uid());
      }
    };
  }

  private MachineLook look(Pod pod, Shown shown) {
    return looked(pod.view(), shown);
  }

  private MachineLook waiting(PodView pod, String reason, String message) {
    return looked(pod, new Shown.Waiting(reason, message, starts(pod) >= 0));
  }

  private MachineLook looked(PodView pod, Shown shown) {
    Optional<MachineEnd> last = Optional.empty();
    String image = "";
    try {
      var record = machines.folder(pod.uid()).read();
      image = record.map(one -> one.notes().getOrDefault(MachineMaking.IMAGE, "")).orElse("");
      boolean on = shown instanceof Shown.Running || shown instanceof Shown.Ailing;
      last = on ? memory(pod).last() : machines.unseenEnd(pod.uid());
    } catch (IOException e) {
      events.warning(pod, "Failed", "" + e.getMessage());
    }
    return MachineLook.of(shown, Math.max(0, starts(pod)), last, image);
  }

  /** How often it was started before this time; -1 when it never was. */
  private int starts(PodView pod) {
    try {
      return machines.folder(pod.uid()).read().map(record -> record.starts()).orElse(-1);
    } catch (IOException _) {
      return 0; // whoever wanted to know more has said that it cannot be read
    }
  }

  /**
   * Ends the machine within its pod's grace; how long to wait until the next try, zero when over.
   */
  Duration finish(PodView pod, boolean atOnce) throws IOException {
    memory(pod).cancel();
    Optional<Machine> machine = machines.find(pod.uid());
    if (machine.isEmpty() || machine.get().ended().isDone()) {
      return Duration.ZERO;
    }
    if (atOnce) {
      machine.get().end();
      return Duration.ZERO;
    }
    return proceed(pod, machine.get(), grace(pod));
  }

  /** Nothing is left of it. */
  void forget(PodView pod) throws IOException {
    machines.forget(pod.uid());
    memories.remove(pod.uid());
  }
}

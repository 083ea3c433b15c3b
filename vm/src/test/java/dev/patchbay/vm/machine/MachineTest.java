package dev.patchbay.vm.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.vm.fake.FakeQemu;
import dev.patchbay.vm.hotplug.Plugged;
import dev.patchbay.vm.qemu.Accelerator;
import dev.patchbay.vm.qemu.Backend;
import dev.patchbay.vm.qemu.QemuMachine;
import dev.patchbay.vm.qmp.QmpClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A machine's life, with a QEMU that is played by a program of its own. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MachineTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final QemuMachine.Nic ETH0 =
      new QemuMachine.Nic(
          "eth0", new Backend.Hub(0), new MacAddress("02:00:00:00:00:01"), OptionalInt.empty());

  private final BlockingQueue<String> news = new LinkedBlockingQueue<>();
  private Path home;
  private MachineFolder folder;

  @BeforeEach
  void begin(@TempDir Path temp) throws IOException {
    home = temp;
    folder = MachineFolder.below(temp.resolve("s"), temp.resolve("r"), "vm-1");
    folder.create(MachineUser.ROOT);
  }

  @AfterEach
  void end() throws IOException {
    folder.kill();
  }

  private void heard(String vm, MachineNews what) {
    news.add(
        switch (what) {
          case MachineNews.Begins _ -> "begins";
          case MachineNews.Found _ -> "found";
          case MachineNews.Told(var event) -> event.name();
          case MachineNews.Over(var end) -> end.cause().name();
        });
  }

  private void awaitNews(String wanted) throws InterruptedException {
    for (String one = news.poll(30, TimeUnit.SECONDS);
        !wanted.equals(one);
        one = news.poll(30, TimeUnit.SECONDS)) {
      assertThat(one).as("news until " + wanted).isNotNull();
    }
  }

  private Machine start() throws IOException {
    return Machine.start(folder, order(FakeQemu.install(home)), this::heard);
  }

  private MachineOrder order(Path qemu) {
    var machine =
        new QemuMachine(
            "vm-1",
            Accelerator.TCG,
            1,
            64,
            Optional.of(new QemuMachine.Kernel(Path.of("/k"), Optional.empty(), "")),
            List.of(),
            List.of(ETH0),
            2,
            folder.run(),
            Optional.empty(),
            new QemuMachine.Guard(false, true));
    return new MachineOrder(qemu, List.of(), machine, LIMIT, Map.of("image", "cirros"));
  }

  /** What somebody at the second monitor does. */
  private void guest(String command) throws IOException {
    try (QmpClient person =
        QmpClient.connect(folder.run().resolve("qmp-debug.sock"), _ -> {}, LIMIT)) {
      person.execute(command, Map.of(), LIMIT).orThrow();
    }
  }

  @Test
  void itIsHeldUntilItIsToldToRunAndPauses() throws Exception {
    try (Machine machine = start()) {
      assertThat(machine.look()).isEqualTo(new MachineState.Prepared());
      assertThat(machine.nics().book().taken()).isEqualTo(Map.of(0, "eth0"));
      machine.run();
      assertThat(machine.look()).isEqualTo(new MachineState.Running());
      machine.pause();
      assertThat(machine.look()).isEqualTo(new MachineState.Paused("paused"));
      machine.reset();
      awaitNews("RESET");
      machine.end();
    }
  }

  @Test
  void anotherLifeOfTheAgentFindsItWithAllThatWasPlugged() throws Exception {
    Machine before = start();
    before.run();
    var eth1 =
        new QemuMachine.Nic(
            "eth1", new Backend.Hub(1), new MacAddress("02:00:00:00:00:02"), OptionalInt.empty());
    assertThat(before.nics().plug(eth1)).isEqualTo(new Plugged.Done(1));
    before.close();

    try (Machine after = Machine.adopt(folder, this::heard, LIMIT).orElseThrow()) {
      awaitNews("found");
      assertThat(after.process()).isEqualTo(before.process());
      assertThat(after.look()).isEqualTo(new MachineState.Running());
      assertThat(after.nics().book().taken()).isEqualTo(Map.of(0, "eth0", 1, "eth1"));
      assertThat(after.record().notes()).containsEntry("image", "cirros");
      after.end();
      assertThat(after.ended().get(30, TimeUnit.SECONDS).cause())
          .isEqualTo(MachineEnd.Cause.STOPPED);
    }
    assertThat(Machine.adopt(folder, this::heard, LIMIT)).isEmpty();
  }

  @Test
  void aProcessThatGotTheSameNumberIsNotTakenForIt() throws Exception {
    Machine machine = start();
    machine.close();
    MachineRecord record = folder.read().orElseThrow();
    ProcessIdentity qemu = machine.process();
    folder.write(
        new MachineRecord(
            record.command(),
            record.ports(),
            record.pid(),
            record.startTicks() + 1,
            record.boot(),
            record.startedAt(),
            record.starts(),
            record.notes()));

    assertThat(Machine.adopt(folder, this::heard, LIMIT)).isEmpty();
    folder.kill();
    assertThat(qemu.isAlive()).isTrue();
    qemu.end();
  }

  @Test
  void itsDeathIsHeardAndKeptWithWhatQemuSaidLast() throws Exception {
    Machine machine = start();
    machine.run();
    Files.writeString(folder.log(), "qemu: out of luck\n");
    machine.process().kill();

    awaitNews("DIED");
    assertThat(machine.look()).isInstanceOf(MachineState.Ended.class);
    MachineEnd end = Machine.endOf(folder, Instant.now()).orElseThrow();
    assertThat(end.exitCode()).isEqualTo(MachineEnd.KILLED);
    assertThat(end.message()).isEqualTo("QEMU ended: qemu: out of luck");

    Machine again = start();
    assertThat(again.record().starts()).isEqualTo(1);
    again.end();
  }

  @Test
  void aGuestThatShutsDownWaitsForWhoeverAsksWhyAlsoAfterARestartOfTheAgent() throws Exception {
    Machine machine = start();
    machine.run();
    machine.close();
    guest("x-guest-shutdown");

    Machine after = Machine.adopt(folder, this::heard, LIMIT).orElseThrow();
    assertThat(after.look())
        .isInstanceOfSatisfying(
            MachineState.Halted.class,
            halted -> assertThat(halted.end().cause()).isEqualTo(MachineEnd.Cause.GUEST_SHUTDOWN));
    after.end();
    assertThat(Machine.endOf(folder, Instant.now()).orElseThrow().exitCode()).isZero();
  }

  @Test
  void aPanicIsAnEndWithAnError() throws Exception {
    Machine machine = start();
    machine.run();
    guest("x-guest-panic");
    awaitNews("GUEST_PANICKED");
    machine.end();

    MachineEnd end = machine.ended().get(30, TimeUnit.SECONDS);
    assertThat(end.cause()).isEqualTo(MachineEnd.Cause.GUEST_PANIC);
    assertThat(end.exitCode()).isEqualTo(1);
  }

  @Test
  void thePowerButtonMakesItsEndOurs() throws Exception {
    Machine machine = start();
    machine.run();
    machine.pressPowerButton();
    awaitNews("SHUTDOWN");
    machine.end();
    assertThat(machine.ended().get(30, TimeUnit.SECONDS).cause())
        .isEqualTo(MachineEnd.Cause.STOPPED);
    machine.end(); // twice is once
  }

  @Test
  void whatDoesNotComeUpIsToldInItsOwnWordsAndNothingRuns() throws Exception {
    Path qemu = FakeQemu.installBroken(home, "qemu: no such machine");

    assertThatThrownBy(() -> Machine.start(folder, order(qemu), this::heard))
        .isInstanceOf(IOException.class)
        .hasMessage("QEMU ended with exit code 1: qemu: no such machine");
    assertThat(Machine.adopt(folder, this::heard, LIMIT)).isEmpty();
  }

  @Test
  void anEarlierBootsMachineIsGoneAndSocketsOfAnEarlierLifeAreNotInItsWay() throws Exception {
    Machine machine = start();
    machine.end();
    assertThat(folder.run().resolve("qmp.sock")).exists();
    MachineRecord record = folder.read().orElseThrow();
    folder.write(
        new MachineRecord(
            record.command(),
            record.ports(),
            record.pid(),
            record.startTicks(),
            "another-boot",
            record.startedAt(),
            record.starts(),
            record.notes()));

    assertThat(Machine.adopt(folder, this::heard, LIMIT)).isEmpty();
    assertThat(Machine.endOf(folder, Instant.now()).orElseThrow().cause())
        .isEqualTo(MachineEnd.Cause.HOST_REBOOT);
    start().end();
    folder.delete();
    folder.delete();
    assertThat(folder.state()).doesNotExist();
    assertThat(folder.run()).doesNotExist();
    assertThat(MachineFolder.listed(home.resolve("s"))).isEmpty();
    assertThat(Machine.endOf(folder, Instant.now())).isEmpty();
  }
}

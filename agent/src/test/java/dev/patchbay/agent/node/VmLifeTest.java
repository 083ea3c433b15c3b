package dev.patchbay.agent.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.kube.client.KubeDeletion;
import dev.patchbay.kube.client.KubeResource;
import dev.patchbay.linux.fake.FakeKernel;
import dev.patchbay.linux.fake.FakeNetnsKeeper;
import dev.patchbay.proof.Proves;
import dev.patchbay.vm.machine.Machine;
import dev.patchbay.vm.machine.ProcessIdentity;
import dev.patchbay.vm.qmp.QmpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The machines of VM pods: a QEMU that is played, NICs on a fake kernel, an API in memory. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class VmLifeTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String VM =
      """
      {"nics":[{"name":"eth0"}],"terminationGracePeriodSeconds":20,
       "virtualMachine":{"name":"cirros-vm","image":"example.test/cirros.img",
        "resources":{"limits":{"memory":"64Mi"}}}}
      """;

  private final FakeKernel kernel = new FakeKernel();
  private final FakeNetnsKeeper keeper = new FakeNetnsKeeper(kernel, "patchbay-");
  private NodeWorld world;

  @BeforeEach
  void begin(@TempDir Path folder) throws Exception {
    world = new NodeWorld(folder, kernel, kernel::open, keeper);
    world.hasMachines();
  }

  /** The node first: it would start them again. */
  @AfterEach
  void end() throws Exception {
    world.close();
    for (String vm : world.machines().listed()) {
      world.machines().folder(vm).kill();
    }
  }

  private static boolean isReady(PodView pod) {
    return NodeWorld.condition(pod, "Ready").path("status").asString("").equals("True");
  }

  private static String waiting(PodView pod) {
    return pod.status().at("/containerStatuses/0/state/waiting/reason").asString("");
  }

  private PodView running() throws Exception {
    world.create("vm", VM);
    return world.await("vm", VmLifeTest::isReady);
  }

  private Machine machine(PodView pod) {
    return world.machines().find(pod.uid()).orElseThrow();
  }

  private PodView awaitRestart(PodView pod) throws Exception {
    int before = restarts(pod);
    return world.await("vm", now -> isReady(now) && restarts(now) > before);
  }

  private static int restarts(PodView pod) {
    return pod.status().at("/containerStatuses/0/restartCount").asInt();
  }

  private PodView patch(String field, String value, Predicate<PodView> until) throws Exception {
    world.api.edit(
        KubeResource.PODS,
        NodeWorld.named("vm"),
        pod -> pod.withObject("/spec/virtualMachine").put(field, value));
    return world.await("vm", until);
  }

  /** What somebody at the second monitor does. */
  private void guest(PodView pod, String command) throws Exception {
    Path socket = world.machines().folder(pod.uid()).run().resolve("qmp-debug.sock");
    try (QmpClient person = QmpClient.connect(socket, _ -> {}, LIMIT)) {
      var _ = person.execute(command, Map.of(), LIMIT).orThrow();
    }
  }

  @Test
  @Proves(value = "S001-01", part = "Running, machine played")
  void aMachineRunsAndItsPodSaysSoAsAMachineAndAsAContainer() throws Exception {
    PodView pod = running();

    assertThat(pod.phase()).isEqualTo("Running");
    assertThat(pod.status().at("/containerStatuses/0/name").asString()).isEqualTo("cirros-vm");
    assertThat(pod.status().at("/containerStatuses/0/ready").asBoolean()).isTrue();
    assertThat(pod.status().at("/containerStatuses/0/state/running/startedAt").asString())
        .isNotEmpty();
    assertThat(pod.status().at("/virtualMachineStatus/powerState").asString()).isEqualTo("Running");
    assertThat(pod.status().at("/virtualMachineStatus/virtualMachineId").asString())
        .isEqualTo(pod.uid());
    assertThat(world.events(pod, "Started")).containsExactly("Started virtual machine cirros-vm");
    assertThat(machine(pod).record().command())
        .anyMatch(word -> word.startsWith("type=tap,id=net-eth0") && word.contains("ifname=tap-"))
        .contains("64")
        .containsSubsequence("-uuid");
    assertThat(machine(pod).nics().book().taken()).hasSize(1);
  }

  @Test
  void aNicIsPluggedIntoTheRunningGuestAndUnplugged() throws Exception {
    PodView pod = running();
    ProcessIdentity qemu = machine(pod).process();

    world.nics("vm", "[{\"name\":\"eth1\"},{\"name\":\"eth0\"}]");
    world.await("vm", now -> NodeWorld.states(now).equals(List.of("eth0=Ready", "eth1=Ready")));
    assertThat(machine(pod).nics().book().taken().values())
        .containsExactlyInAnyOrder("eth0", "eth1");

    world.nics("vm", "[{\"name\":\"eth0\"}]");
    world.await("vm", now -> NodeWorld.states(now).equals(List.of("eth0=Ready")));
    assertThat(machine(pod).nics().book().taken().values()).containsExactly("eth0");
    assertThat(machine(pod).process()).isEqualTo(qemu);
  }

  @Test
  void aQemuThatIsKilledIsStartedAgainWithTheSameNics() throws Exception {
    PodView pod = running();
    String nics = kernel.dump();
    ProcessIdentity qemu = machine(pod).process();
    qemu.kill();

    PodView again = awaitRestart(pod);

    assertThat(again.status().at("/containerStatuses/0/restartCount").asInt()).isEqualTo(1);
    assertThat(again.status().at("/containerStatuses/0/lastState/terminated/reason").asString())
        .isEqualTo("MachineDied");
    assertThat(again.status().at("/nicStatuses/0/mac"))
        .isEqualTo(pod.status().at("/nicStatuses/0/mac"));
    assertThat(kernel.dump()).isEqualTo(nics);

    machine(again).process().kill(); // the second time in a row it is left alone for a while
    PodView resting = world.await("vm", now -> waiting(now).equals("CrashLoopBackOff"));
    assertThat(resting.phase()).isEqualTo("Running");
    assertThat(resting.status().at("/containerStatuses/0/state/waiting/message").asString())
        .startsWith("back-off 10s restarting virtual machine of pod=default/vm");
  }

  @Test
  @Proves(value = "S001-09", part = "agent restart, machine played")
  void anotherLifeOfTheAgentFindsTheMachineAndItsHotPluggedNic() throws Exception {
    PodView pod = running();
    world.nics("vm", "[{\"name\":\"eth1\"},{\"name\":\"eth0\"}]");
    world.await("vm", now -> NodeWorld.states(now).equals(List.of("eth0=Ready", "eth1=Ready")));
    ProcessIdentity qemu = machine(pod).process();

    world.restart();

    assertThat(machine(pod).process()).isEqualTo(qemu);
    world.nics("vm", "[{\"name\":\"eth0\"}]");
    PodView after = world.await("vm", now -> NodeWorld.states(now).equals(List.of("eth0=Ready")));
    assertThat(machine(pod).nics().book().taken().values()).containsExactly("eth0");
    assertThat(isReady(after)).isTrue();
    assertThat(world.events(after, "Started")).hasSize(1);
  }

  @Test
  void aNicSetThatChangesWhileTheMachineIsOffIsRightAtTheNextSwitchOn() throws Exception {
    PodView pod = running();
    patch("powerSpec", "Shutdown", now -> waiting(now).equals("Shutdown"));
    assertThat(machine(pod).ended().isDone()).isTrue();

    world.nics("vm", "[{\"name\":\"eth1\"},{\"name\":\"eth0\"}]");
    world.await("vm", now -> NodeWorld.states(now).equals(List.of("eth0=Ready", "eth1=Ready")));
    PodView on = patch("powerSpec", "Running", VmLifeTest::isReady);

    assertThat(machine(on).nics().book().taken()).isEqualTo(Map.of(0, "eth0", 1, "eth1"));
    assertThat(on.status().at("/virtualMachineStatus/powerState").asString()).isEqualTo("Running");
  }

  @Test
  void aMachineIsPausedAndGoesOn() throws Exception {
    running();
    PodView paused =
        patch(
            "powerSpec",
            "Paused",
            now ->
                now.status().at("/virtualMachineStatus/powerState").asString("").equals("Paused"));
    assertThat(paused.phase()).isEqualTo("Running");
    assertThat(isReady(paused)).isFalse();
    patch("powerSpec", "Running", VmLifeTest::isReady);
  }

  @Test
  void aGuestThatShutsDownRunsAgainOrEndsThePodAsItsPolicySays() throws Exception {
    PodView pod = running();
    guest(pod, "x-guest-shutdown");
    PodView again = awaitRestart(pod);
    assertThat(again.status().at("/containerStatuses/0/lastState/terminated/reason").asString())
        .isEqualTo("GuestShutdown");

    world.api.edit(
        KubeResource.PODS,
        NodeWorld.named("vm"),
        edited -> edited.withObject("/spec").put("restartPolicy", "OnFailure"));
    guest(again, "x-guest-shutdown");
    PodView over = world.await("vm", now -> now.phase().equals("Succeeded"));

    assertThat(over.status().at("/containerStatuses/0/state/terminated/exitCode").asInt()).isZero();
    assertThat(world.journal().ofOwner(over.owner())).isEmpty();
    assertThat(keeper.listed()).isEmpty();
  }

  @Test
  void aGuestThatPanicsFailsAPodThatIsNotToRunAgain() throws Exception {
    world.create("vm", VM.replace("{\"nics\"", "{\"restartPolicy\":\"Never\",\"nics\""));
    PodView pod = world.await("vm", VmLifeTest::isReady);

    guest(pod, "x-guest-panic");

    PodView over = world.await("vm", now -> now.phase().equals("Failed"));
    assertThat(over.status().at("/containerStatuses/0/state/terminated/reason").asString())
        .isEqualTo("GuestPanicked");
  }

  @Test
  void deletionAsksTheGuestAndLeavesNothing() throws Exception {
    PodView pod = running();
    ProcessIdentity qemu = machine(pod).process();

    world.api.delete(KubeResource.PODS, NodeWorld.named("vm"), KubeDeletion.DEFAULT);

    world.awaitGone("vm");
    world.assertNothingIsLeft();
    assertThat(qemu.isAlive()).isFalse();
    assertThat(world.machines().listed()).isEmpty();
    assertThat(world.machines().folder(pod.uid()).state()).doesNotExist();
    assertThat(kernel.dumpWithoutShared()).isEqualTo(new FakeKernel().dumpWithoutShared());
    assertThat(world.events(pod, "Killing")).containsExactly("Stopping virtual machine vm");
  }

  @Test
  void aDeafGuestIsEndedByForceWhenItsGraceIsOver() throws Exception {
    world.create("vm", VM.replace("Seconds\":20", "Seconds\":1"));
    PodView pod = world.await("vm", VmLifeTest::isReady);
    ProcessIdentity qemu = machine(pod).process();
    guest(pod, "x-guest-deaf");

    world.api.delete(KubeResource.PODS, NodeWorld.named("vm"), KubeDeletion.DEFAULT);

    world.awaitGone("vm");
    assertThat(qemu.isAlive()).isFalse();
  }

  @Test
  void whatIsLeftOfAMachineWhosePodIsGoneGoesToo() throws Exception {
    PodView pod = running();
    ProcessIdentity qemu = machine(pod).process();
    world.stop();
    world.api.delete(KubeResource.PODS, NodeWorld.named("vm"), KubeDeletion.now(pod.uid()));
    world.again();

    Path state = world.machines().folder(pod.uid()).state();
    NodeWorld.awaiting(
        () -> Optional.of(state).filter(Files::notExists), () -> state + " is still there");
    assertThat(qemu.isAlive()).isFalse();
  }

  @Test
  void whatCannotBeIsToldWithFieldAndRemedyAndMayBeMended() throws Exception {
    world.create("vm", VM.replace("64Mi", "4Mi"));
    PodView pod = world.await("vm", now -> waiting(now).equals("CreateContainerConfigError"));
    assertThat(pod.phase()).isEqualTo("Pending");
    assertThat(pod.status().at("/containerStatuses/0/state/waiting/message").asString())
        .isEqualTo(
            "spec.virtualMachine.resources.limits.memory is 4Mi, with which no machine can be;"
                + " write 16Mi or more; a guest with Linux needs 128Mi or more");
    world.api.delete(KubeResource.PODS, NodeWorld.named("vm"), KubeDeletion.DEFAULT);
    world.awaitGone("vm");

    world.create("vm", VM.replace("64Mi", "900Ti"));
    world.await("vm", now -> waiting(now).equals("OutOfMemory"));
    world.api.delete(KubeResource.PODS, NodeWorld.named("vm"), KubeDeletion.DEFAULT);
    world.awaitGone("vm");

    world.create("vm", VM.replace("cirros.img", "other.img"));
    PodView imageless = world.await("vm", now -> waiting(now).equals("ErrImageUnknown"));
    assertThat(imageless.phase()).isEqualTo("Pending");
    assertThat(world.events(imageless, "Failed")).isNotEmpty();
  }

  @Test
  void aQemuThatDoesNotStartIsToldInItsOwnWordsAndTriedAgain() throws Exception {
    Path qemu = world.machines().config().qemu();
    String good = Files.readString(qemu);
    Files.writeString(qemu, "#!/bin/sh\necho 'qemu: no such luck' >&2; exit 1\n");
    world.create("vm", VM);
    PodView pod = world.await("vm", now -> waiting(now).equals("RunContainerError"));
    assertThat(pod.status().at("/containerStatuses/0/state/waiting/message").asString())
        .isEqualTo("QEMU ended with exit code 1: qemu: no such luck");

    Files.writeString(qemu, good);
    world.await("vm", VmLifeTest::isReady);
  }

  @Test
  void anImageThatDoesNotBootIsToldByTheFirmwaresWordsOnTheConsole() throws Exception {
    PodView pod = running();
    Path console = world.machines().folder(pod.uid()).consoleLog();

    Files.writeString(console, "SeaBIOS (version 1.16.2)\nNo bootable device.\n");

    PodView ailing =
        world.await(
            "vm",
            now ->
                NodeWorld.condition(now, "Ready")
                    .path("reason")
                    .asString("")
                    .equals("NoBootableDevice"));
    assertThat(ailing.phase()).isEqualTo("Running");
    assertThat(world.events(ailing, "NoBootableDevice")).hasSize(1);
    assertThat(console).exists();

    Files.writeString(console, "login: ");
    world.await("vm", VmLifeTest::isReady);
  }
}

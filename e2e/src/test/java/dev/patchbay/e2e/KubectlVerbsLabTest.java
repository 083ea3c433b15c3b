package dev.patchbay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What people type beside apply and patch, by the real kubectl at {@code patchbay up}. */
@Tag("lab")
@Timeout(180)
class KubectlVerbsLabTest {
  private static StandaloneLab standalone;

  @BeforeAll
  static void up() {
    standalone = StandaloneLab.up();
  }

  @AfterAll
  static void down() {
    if (standalone != null) {
      standalone.close();
    }
  }

  private static Command kubectl(String... words) {
    return standalone.kubectl(words);
  }

  @Test
  void runWithATerminalIsInteractiveAndGivesTheCodeOfTheShell() {
    try (Terminal terminal =
        Terminal.of(
            kubectl(
                "run",
                "shell",
                "-it",
                "--rm",
                "--restart=Never",
                "--image=" + LabImages.BUSYBOX,
                "--image-pull-policy=Never",
                "--command",
                "--",
                "sh"))) {
      terminal.expect("# ");
      terminal.type("echo $((6 * 7)) is the answer");
      terminal.expect("42 is the answer");
      terminal.type("ip -o address show eth0");
      terminal.expect("inet 10.77.");
      terminal.type("exit 5");
      assertThat(terminal.end()).isEqualTo(5);
    }
    assertThat(kubectl("get", "pod", "shell").run().stderr()).contains("NotFound");
  }

  @Test
  void attachMeetsTheSameShellAgain() {
    String pod =
        LabPods.container("attached")
            .replaceFirst("command: .*", "command: [sh]\n    stdin: true\n    tty: true");
    kubectl("apply", "-f", "-").reading(pod).output();
    kubectl("wait", "--for=condition=Ready", "pod/attached", "--timeout=30s").output();
    try (Terminal first = Terminal.of(kubectl("attach", "-it", "attached"))) {
      first.type("number=41; echo first $number");
      first.expect("first 41");
    }
    try (Terminal second = Terminal.of(kubectl("attach", "-it", "attached"))) {
      second.type("echo second $((number + 1))");
      second.expect("second 42");
    }
    assertThat(standalone.get("pod", "attached").at("/status/containerStatuses/0/restartCount"))
        .hasToString("0");
    kubectl("delete", "pod", "attached", "--now").output();
  }

  @Test
  void editChangesWhatItsEditorChanges() throws Exception {
    kubectl("create", "configmap", "edited", "--from-literal=key=1").output();
    Path editor = standalone.lab().write(standalone.lab().folder().resolve("editor"), "");
    Files.writeString(editor, "#!/bin/sh\nexec sed -i 's/key: \"1\"/key: \"2\"/' \"$1\"\n");
    Files.setPosixFilePermissions(editor, PosixFilePermissions.fromString("rwx------"));

    String said =
        kubectl("edit", "configmap", "edited")
            .with(Map.of("KUBE_EDITOR", editor.toString()))
            .output();

    assertThat(said).contains("configmap/edited edited");
    assertThat(standalone.get("configmap", "edited").at("/data/key").asString()).isEqualTo("2");
    assertThat(
            kubectl("edit", "configmap", "edited")
                .with(Map.of("KUBE_EDITOR", editor.toString()))
                .run()
                .orFail()
                .toString())
        .contains("no changes made");
  }

  @Test
  void editingALabelOfAPodKeepsItsNics() throws Exception {
    kubectl("apply", "-f", "-").reading(LabPods.container("labelled")).output();
    standalone.awaitNics("labelled", Map.of("eth0", "Ready"));
    Path editor = standalone.lab().folder().resolve("label-editor");
    Files.writeString(
        editor, "#!/bin/sh\nexec sed -i 's/^  name: labelled/  labels: {a: b}\\n&/' \"$1\"\n");
    Files.setPosixFilePermissions(editor, PosixFilePermissions.fromString("rwx------"));

    kubectl("edit", "pod", "labelled").with(Map.of("KUBE_EDITOR", editor.toString())).output();

    assertThat(standalone.get("pod", "labelled").at("/metadata/labels/a").asString())
        .isEqualTo("b");
    assertThat(standalone.get("pod", "labelled").at("/spec/nics/0/name").asString())
        .isEqualTo("eth0");
    kubectl("delete", "pod", "labelled", "--now").output();
  }

  @Test
  void describeTellsNodeAddressConditionsAndEvents() {
    kubectl("apply", "-f", "-").reading(LabPods.container("told")).output();
    kubectl("wait", "--for=jsonpath={.status.phase}=Running", "pod/told", "--timeout=30s").output();
    standalone.awaitNics("told", Map.of("eth0", "Ready"));

    String pod = kubectl("describe", "pod", "told").output();
    assertThat(pod).containsPattern("Node: +lab").containsPattern("IP: +10\\.77\\.");
    assertThat(pod).contains("Ready ", "Containers:", "DeviceAttached", "Started");
    assertThat(kubectl("describe", "node", "lab").output())
        .contains("extraRuntime=virtlet", "Ready ", "told");
    assertThat(kubectl("logs", "told").output()).isEqualTo("told is here\n");
    assertThat(kubectl("get", "pods", "-o", "wide").output()).containsPattern("told +1/1 +Running");
    kubectl("delete", "pod", "told", "--now").output();
  }

  @Test
  void waitEndsWhenItComesTrueAndWhenTheTimeIsOver() {
    Ran never = kubectl("wait", "--for=condition=Ready", "pod/nobody", "--timeout=1s").run();
    assertThat(never.exit()).isEqualTo(1);
    assertThat(never.stderr()).contains("\"nobody\" not found");
    kubectl("apply", "-f", "-").reading(LabPods.container("awaited")).output();
    kubectl("wait", "--for=condition=Ready", "pod/awaited", "--timeout=30s").output();
    Ran late =
        kubectl("wait", "--for=jsonpath={.status.phase}=Failed", "pod/awaited", "--timeout=1s")
            .run();
    assertThat(late.exit()).isEqualTo(1);
    assertThat(late.stderr()).contains("timed out waiting for the condition");
    kubectl("delete", "pod", "awaited", "--wait=false").output();
    kubectl("wait", "--for=delete", "pod/awaited", "--timeout=30s").output();
  }

  @Test
  void getWithWatchShowsWhatHappens() throws Exception {
    Path shown = standalone.lab().folder().resolve("watched");
    Process watch = kubectl("get", "configmaps", "-l", "of=watch", "-w", "-o", "name").start(shown);
    try {
      kubectl("create", "configmap", "w1").output();
      kubectl("label", "configmap", "w1", "of=watch").output();
      Await.until(
          "the watch shows w1", Duration.ofSeconds(20), () -> text(shown).contains("configmap/w1"));
      kubectl("create", "configmap", "w2").output();
      kubectl("label", "configmap", "w2", "of=watch").output();
      Await.until(
          "the watch shows w2", Duration.ofSeconds(20), () -> text(shown).contains("configmap/w2"));
    } finally {
      watch.descendants().forEach(ProcessHandle::destroyForcibly);
      watch.destroyForcibly().waitFor();
    }
  }

  private static String text(Path file) {
    return Command.of("cat", file.toString()).output();
  }

  @Test
  void deleteAllTakesAllOfANamespaceAndTheirNicsAway() {
    kubectl("create", "namespace", "full").output();
    for (String name : new String[] {"one", "two", "three"}) {
      kubectl("apply", "-n", "full", "-f", "-").reading(LabPods.inVpc(name, "crowd")).output();
    }
    kubectl("wait", "-n", "full", "--for=condition=Ready", "pod", "--all", "--timeout=60s")
        .output();

    String said = kubectl("delete", "pods", "--all", "-n", "full").output();

    assertThat(said).contains("\"one\" deleted").contains("\"two\" deleted").contains("\"three\"");
    assertThat(standalone.get("pods", "-n", "full").path("items")).isEmpty();
    assertThat(standalone.get("ports.patchbay.dev", "-n", "full").path("items")).isEmpty();
    kubectl("delete", "namespace", "full").output();
    assertThat(kubectl("get", "namespace", "full").run().stderr()).contains("NotFound");
  }
}

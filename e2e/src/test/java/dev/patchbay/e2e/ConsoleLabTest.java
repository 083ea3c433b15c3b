package dev.patchbay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.proof.Proves;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The console of a real guest: by a real kubectl on a terminal, and by patchbay. */
@Tag("lab")
@Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ConsoleLabTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String VM = "nginx-vm";
  private static final String DETACH = "\u001d";
  private static final Pattern DOOR = Pattern.compile("127\\.0\\.0\\.1:(\\d+) leads to (\\S+), ");

  private static final String GET =
      "exec 3<>/dev/tcp/127.0.0.1/$0; printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3";

  private static VmLab lab;

  @BeforeAll
  static void up() {
    lab = VmLab.up("");
    Path files = lab.host().seed("seed-001", "vm-nic-hotplug.yaml");
    lab.host().typed(files, "kubectl apply -f vm-nic-hotplug.yaml").orFail();
    lab.awaitRunning(VM);
    Await.until("the guest is up", VmLab.GUEST, () -> logs().contains("is up"));
  }

  @AfterAll
  static void down() {
    if (lab != null) {
      lab.close();
    }
  }

  private static String logs(String... flags) {
    List<String> words = new ArrayList<>(List.of("logs", VM));
    words.addAll(List.of(flags));
    return lab.host().kubectl(words.toArray(String[]::new)).output();
  }

  private static void says(KubectlTerminal terminal, String text) {
    Await.until("it says " + text, SOON, () -> terminal.said().contains(text));
  }

  @Test
  @Proves(value = "S001-11", part = "attach -t, detach key")
  void aTerminalIsInteractiveUntilItsDetachKeyAndAnotherOneShowsTheSame() {
    try (KubectlTerminal shows = KubectlTerminal.start(lab.host(), "attach", "-t", VM);
        KubectlTerminal types = lab.attach(VM)) {
      says(types, "Ctrl-] leaves it");
      assertThat(types.run("echo a$((20+3))b")).contains("a23b");
      says(shows, "a23b");
      shows.type("echo c$((20+4))d\n");
      assertThat(types.run("echo e$((20+5))f")).contains("e25f");
      says(shows, "e25f");
      assertThat(shows.said()).doesNotContain("c24d");
      assertThat(types.detach()).as("kubectl ended: " + types.said()).isTrue();
    }
    assertThat(lab.phase(VM)).isEqualTo("Running");
  }

  @Test
  void whoComesSecondReadsUntilTheFirstOneLeaves() {
    try (KubectlTerminal first = lab.attach(VM)) {
      says(first, "Ctrl-] leaves it");
      try (Terminal second = Terminal.of(lab.host().patchbay("attach", "-it", VM))) {
        second.expect("is read-only: kubectl attach since");
        second.type("echo g$((20+6))h");
        first.run("echo first");
        assertThat(first.said()).doesNotContain("g26h");
        assertThat(first.detach()).isTrue();
        second.expect("nobody writes now");
        second.type("echo i$((20+7))j");
        second.expect("i27j");
        second.type(DETACH);
        assertThat(second.end()).isZero();
      }
    }
  }

  @Test
  void theLogHasTimesATailAndABeginning() {
    try (KubectlTerminal types = lab.attach(VM)) {
      types.run("echo k$((20+8))l");
    }
    Await.until("the log has it", SOON, () -> logs("--tail=20").contains("k28l"));
    assertThat(logs("--timestamps").lines().filter(line -> line.contains("is up")))
        .singleElement()
        .asString()
        .matches("20\\d\\d-\\d\\d-\\d\\dT[0-9:.]+Z .*is up");
    assertThat(logs("--tail=1").lines()).hasSizeLessThanOrEqualTo(1);
    assertThat(lab.host().kubectl("logs", VM, "--previous").run().stderr())
        .contains("previous terminated container \"cirros-vm\" in pod \"nginx-vm\" not found");
  }

  @Test
  void noCommandIsStartedInAGuest() {
    assertThat(lab.host().kubectl("exec", VM, "--", "ls").run().stderr())
        .contains("is a virtual machine")
        .contains("kubectl attach -it nginx-vm -n default");
  }

  @Test
  void aPortOfTheGuestIsReachedFromTheHost() throws Exception {
    try (KubectlTerminal types = lab.attach(VM)) {
      types.until("ip -o -4 address show dev eth0", text -> text.contains("inet "));
      types.run("mkdir -p /www; echo from-the-guest > /www/index.html; httpd -p 80 -h /www");
    }
    Path said = lab.host().lab().folder().resolve("port-forward.log");
    Process forward = lab.host().patchbay("port-forward", VM, ":80").start(said);
    try {
      Await.until("a port is open", SOON, () -> DOOR.matcher(read(said)).find());
      Matcher door = DOOR.matcher(read(said));
      assertThat(door.find()).isTrue();
      assertThat(lab.host().lab().inHost("bash", "-c", GET, door.group(1)).output())
          .contains("from-the-guest");
    } finally {
      forward.destroy();
      forward.waitFor(20, TimeUnit.SECONDS);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package dev.patchbay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PatchbayCommandTest {
  @TempDir Path folder;

  @Test
  void unknownVerbSuggestsTheNearest() {
    Ran ran = Ran.in(Map.of(), true, "plg", "web-0");

    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.err()).contains("plug").contains("next  patchbay --help");
    assertThat(ran.out()).isEmpty();
  }

  @Test
  void missingVerbIsMisuse() {
    Ran ran = Ran.in(Map.of(), true);

    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.err()).contains("no verb is given");
  }

  @Test
  void unknownOptionNamesTheVerbsHelp() {
    Ran ran = Ran.in(Map.of(), true, "get", "nics", "--wide");

    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.err()).contains("--wide").contains("next  patchbay get --help");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "agent",
        "get",
        "describe",
        "plan",
        "why",
        "plug",
        "unplug",
        "cni",
        "check",
        "version",
        "completion"
      })
  void helpOfEachVerbOpensWithTwoExamples(String verb) {
    Ran ran = Ran.in(Map.of(), true, verb, "--help");

    assertThat(ran.exit()).isZero();
    assertThat(ran.lines().get(0)).isEqualTo("Examples:");
    assertThat(ran.lines().get(1)).contains("patchbay");
    assertThat(ran.lines().get(2)).contains("patchbay");
  }

  @Test
  void helpListsEveryVerb() {
    Ran ran = Ran.in(Map.of(), true, "--help");

    assertThat(ran.exit()).isZero();
    assertThat(ran.lines().getFirst()).isEqualTo("Examples:");
    assertThat(ran.out())
        .contains("agent", "get", "describe", "plan", "why", "plug", "unplug", "cni", "check")
        .contains("version", "completion");
  }

  @Test
  void agentThatIsAwayIsNamedWithTheCommandThatStartsIt() {
    Path nowhere = folder.resolve("none.sock");

    Ran ran = Ran.in(Map.of(), false, "get", "nics", "--socket", nowhere.toString());

    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.err())
        .startsWith("[x] no agent answers at " + nowhere)
        .contains("  next  sudo patchbay up, or without an API: sudo systemctl start patchbay");
  }

  @Test
  void agentsRefusalIsToldWithItsNextCommand() throws IOException {
    try (FakeAgent agent =
        FakeAgent.refusing(folder, 1, "no pod \"x\"\nnext: patchbay get nics\n")) {
      Ran ran = Ran.with(agent, "why", "x");

      assertThat(ran.exit()).isEqualTo(1);
      assertThat(ran.err()).isEqualTo("✗ no pod \"x\"\n  next  patchbay get nics\n");
    }
  }

  @Test
  void agentThatDoesNotAnswerInTimeIsExitCodeThree() throws Exception {
    var never = new java.util.concurrent.CountDownLatch(1);
    try (FakeAgent agent =
        FakeAgent.answering(
            folder,
            _ -> {
              try {
                never.await();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
              return new AgentClient.Reply(0, "{}", "");
            })) {
      Ran ran = Ran.with(agent, "get", "nics", "--timeout", "1");

      assertThat(ran.exit()).isEqualTo(3);
      assertThat(ran.err()).contains("within 1 s").contains("--timeout 2");
      never.countDown();
    }
  }

  @Test
  void timeoutOfNothingIsMisuse() {
    Ran ran = Ran.in(Map.of(), true, "get", "nics", "--timeout", "0");

    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.err()).contains("--timeout is 0; write seconds, at least 1");
  }

  @Test
  void flagCountsBeforeVariableBeforeConfiguration() throws IOException {
    Path config = folder.resolve("agent.yaml");
    Files.writeString(config, "stateDir: /x\nsocket: " + folder.resolve("of-config.sock") + "\n");
    Map<String, String> onlyConfig = Map.of("PATCHBAY_CONFIG", config.toString());
    Map<String, String> both =
        Map.of(
            "PATCHBAY_CONFIG", config.toString(),
            "PATCHBAY_SOCKET", folder.resolve("of-variable.sock").toString());

    assertThat(Ran.in(onlyConfig, true, "get", "nics").err()).contains("of-config.sock");
    assertThat(Ran.in(both, true, "get", "nics").err()).contains("of-variable.sock");
    assertThat(
            Ran.in(both, true, "get", "nics", "--socket", folder.resolve("of-flag.sock").toString())
                .err())
        .contains("of-flag.sock");
  }

  @Test
  void versionNeedsNoAgent() {
    assertThat(Ran.in(Map.of(), true, "version").out()).startsWith("patchbay ");
    assertThat(Ran.in(Map.of(), true, "--version").out()).startsWith("patchbay ");
    assertThat(Ran.in(Map.of(), true, "version", "-o", "json").out())
        .contains("\"apiVersion\" : \"patchbay.dev/v1alpha1\"")
        .contains("\"1.1.0\"");
  }

  @Test
  void completionIsWrittenForThreeShells() {
    assertThat(Ran.in(Map.of(), true, "completion", "bash").out()).contains("unplug", "--network");
    assertThat(Ran.in(Map.of(), true, "completion", "zsh").out()).startsWith("autoload");
    assertThat(Ran.in(Map.of(), true, "completion", "fish").lines())
        .contains("complete -c patchbay -f")
        .anyMatch(line -> line.contains("-a plug -d"))
        .anyMatch(line -> line.contains("-a reclaim -d"))
        .anyMatch(line -> line.contains("__fish_seen_subcommand_from get' -s o -l output -r -a"));
    assertThat(Ran.in(Map.of(), true, "completion", "tcsh").exit()).isEqualTo(2);
  }

  @Test
  void colourIsUsedOnlyWhereWanted() throws IOException {
    try (FakeAgent agent = FakeAgent.answering(folder, Answers.NETWORKS)) {
      assertThat(Ran.with(agent, "get", "networks", "--color", "always").err())
          .contains("\u001b[33m");
      assertThat(Ran.with(agent, "get", "networks").err()).doesNotContain("\u001b");
      assertThat(Ran.before("", agent, "get", "networks").err()).doesNotContain("\u001b");
    }
  }
}

package dev.patchbay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlugVerbTest {
  @TempDir Path folder;

  @Test
  void everythingAskedForReachesTheAgentAndTheNicIsShown() throws IOException {
    try (FakeAgent agent = FakeAgent.answering(folder, Answers.list("NicList", Answers.NET1))) {
      Ran ran =
          Ran.with(
              agent,
              "plug",
              "demo/web-0",
              "--network",
              "blue",
              "--name",
              "net1",
              "--ip",
              "10.96.0.7/24",
              "--ip",
              "fd00::7",
              "--mac",
              "0A-58-0A-60-00-07",
              "--no-headers");

      assertThat(ran.exit()).isZero();
      assertThat(ran.out()).startsWith("demo/web-0   net1   Attached   blue");
      assertThat(agent.last().verb()).isEqualTo("plug");
      assertThat(agent.last().strings()).containsEntry("PATH", "/usr/bin:/bin");
      assertThat(agent.last().stdin())
          .isEqualTo(
              "{\"network\":\"blue\",\"dryRun\":false,\"target\":\"demo/web-0\",\"ifName\":\"net1\","
                  + "\"mac\":\"0a:58:0a:60:00:07\",\"ips\":[\"10.96.0.7/24\",\"fd00::7\"]}");
    }
  }

  @Test
  void containerThatIsUnknownNeedsNamespaceAndId() throws IOException {
    try (FakeAgent agent = FakeAgent.answering(folder, Answers.list("NicList", Answers.NET1))) {
      assertThat(Ran.with(agent, "plug", "--network", "blue", "--netns", "/run/netns/x").exit())
          .isEqualTo(2);
      assertThat(agent.asked()).isEmpty();
      Ran.with(
          agent, "plug", "--network", "blue", "--netns", "/run/netns/x", "--container-id", "lab");
      assertThat(agent.last().stdin())
          .contains("\"netns\":\"/run/netns/x\",\"containerId\":\"lab\"");
    }
  }

  @Test
  void wrongAddressesAreMisuseBeforeAnythingIsAsked() throws IOException {
    try (FakeAgent agent = FakeAgent.answering(folder, Answers.NICS)) {
      Ran mac = Ran.with(agent, "plug", "web-0", "--network", "blue", "--mac", "12");
      Ran ip = Ran.with(agent, "plug", "web-0", "--network", "blue", "--ip", "10.0.0.300");
      Ran name = Ran.with(agent, "plug", "web-0", "--network", "blue", "--name", "a/b");
      Ran network = Ran.with(agent, "plug", "web-0");

      assertThat(mac.exit()).isEqualTo(2);
      assertThat(mac.err()).contains("--mac: \"12\" is not a MAC address");
      assertThat(ip.exit()).isEqualTo(2);
      assertThat(ip.err()).contains("--ip: ").contains("10.0.0.300");
      assertThat(name.exit()).isEqualTo(2);
      assertThat(network.exit()).isEqualTo(2);
      assertThat(network.err()).contains("--network");
      assertThat(agent.asked()).isEmpty();
    }
  }

  @Test
  void dryRunShowsThePlan() throws IOException {
    try (FakeAgent agent = FakeAgent.answering(folder, Answers.PLAN)) {
      Ran ran = Ran.with(agent, "plug", "web-0", "--network", "blue", "--dry-run");

      assertThat(ran.out())
          .isEqualTo(
              """
              Plan for demo/web-0: 2 steps; nothing has been done.

              net1  network blue (bridge), asked by patchbay plug = blue
                  1  ensure bridge br-blue  · the network's bridge
                  2  add veth vethdcb1a2    · the NIC
              """);
      assertThat(ran.err()).isEqualTo("! nobody reads key \"x\"\n");
      assertThat(agent.last().stdin()).contains("\"dryRun\":true");
    }
  }

  @Test
  void unplugSaysWhatItTouchesAndWantsAYes() throws IOException {
    try (FakeAgent agent = FakeAgent.answering(folder, Answers.list("NicList", Answers.NET1))) {
      Ran ran = Ran.with(agent, "unplug", "web-0", "net1");

      assertThat(ran.exit()).isEqualTo(2);
      assertThat(ran.err())
          .contains(
              "This unplugs demo/web-0:net1 from network blue and releases 10.96.0.7/24, fd00::7/64.")
          .contains("next  patchbay unplug web-0 net1 --yes");
      assertThat(agent.asked()).allMatch(asked -> asked.stdin().contains("\"dryRun\":true"));
    }
  }

  @Test
  void personDecidesAboutUnplug() throws IOException {
    try (FakeAgent agent = FakeAgent.answering(folder, Answers.list("NicList", Answers.NET1))) {
      assertThat(Ran.before("n", agent, "unplug", "web-0", "net1").exit()).isEqualTo(1);
      assertThat(agent.asked()).hasSize(1);
      assertThat(Ran.before("yes", agent, "unplug", "web-0", "net1").exit()).isZero();
      assertThat(agent.last().stdin()).contains("\"dryRun\":false");
    }
  }

  @Test
  void unplugTakesTheNameEitherWay() throws IOException {
    try (FakeAgent agent = FakeAgent.answering(folder, Answers.list("NicList", Answers.NET1))) {
      assertThat(Ran.with(agent, "unplug", "web-0", "net1", "--yes", "-o", "name").out())
          .isEqualTo("demo/web-0:net1\n");
      assertThat(Ran.with(agent, "unplug", "web-0", "--name", "net1", "--yes").exit()).isZero();
      assertThat(Ran.with(agent, "unplug", "web-0", "--yes").exit()).isEqualTo(2);
      assertThat(agent.last().stdin())
          .isEqualTo("{\"target\":\"web-0\",\"nic\":\"net1\",\"force\":false,\"dryRun\":false}");
    }
  }
}

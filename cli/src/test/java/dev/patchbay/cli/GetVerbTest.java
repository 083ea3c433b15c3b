package dev.patchbay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GetVerbTest {
  @TempDir Path folder;

  @Test
  void nicsAreATable() throws IOException {
    try (FakeAgent agent = FakeAgent.answering(folder, Answers.NICS)) {
      Ran ran = Ran.with(agent, "get", "nics");

      assertThat(ran.exit()).isZero();
      assertThat(ran.out())
          .isEqualTo(
              """
              POD            NIC    STATE      NETWORK   KIND             IP                        MAC                 AGE
              9be1d077114f   eth0   Failed     pods      flannel (exec)   -                         -                   3d
              demo/web-0     net1   Attached   blue      bridge+tuning    10.96.0.7/24,fd00::7/64   0a:58:0a:60:00:07   3m
              """);
      assertThat(agent.last().verb()).isEqualTo("nics");
      assertThat(agent.last().stdin()).isEqualTo("{}");
    }
  }

  @Test
  void headersCanBeLeftOutAndColumnsAdded() throws IOException {
    try (FakeAgent agent = FakeAgent.answering(folder, Answers.NICS)) {
      assertThat(Ran.with(agent, "get", "nics", "--no-headers").lines())
          .hasSize(2)
          .noneMatch(line -> line.startsWith("POD"));
      assertThat(Ran.with(agent, "get", "nics", "-o", "wide").lines().getLast())
          .endsWith("vethdcb1a2   4f2c8a9be1d0   containerd   /run/netns/web   patchbay plug");
    }
  }

  @Test
  void ofAMachinesNicHostAndGuestAreToldApart() throws IOException {
    String nic =
        Answers.NET1
            .replace("\"state\":\"Attached\"", "\"state\":\"Up\",\"host\":\"Attached\"")
            .replace(
                "\"trouble\":",
                "\"guest\":{\"state\":\"Up\",\"ips\":[\"10.96.0.9\"],\"reason\":\"odd\"},\"trouble\":");
    try (FakeAgent agent = FakeAgent.answering(folder, Answers.list("NicList", nic))) {
      assertThat(Ran.with(agent, "get", "nics", "-o", "wide").lines().getLast())
          .contains("   Up   ", "   Attached   Up      10.96.0.9   odd          vethdcb1a2   ");
    }
  }

  @Test
  void namesPipeBackIntoDescribe() throws IOException {
    try (FakeAgent agent = FakeAgent.answering(folder, Answers.NICS)) {
      assertThat(Ran.with(agent, "get", "nics", "-o", "name").lines())
          .containsExactly("9be1d077114f2c8a:eth0", "demo/web-0:net1");
      assertThat(Ran.with(agent, "get", "nics", "web-0", "-o", "name").lines())
          .containsExactly("demo/web-0:net1");
    }
  }

  @Test
  void dataFormatsAreTheAgentsAnswer() throws IOException {
    try (FakeAgent agent =
        FakeAgent.answering(folder, Answers.list("NicList", "{\"nic\":\"net1\"}"))) {
      assertThat(Ran.with(agent, "get", "nics", "-o", "yaml").out())
          .isEqualTo(
              """
              apiVersion: patchbay.dev/v1alpha1
              kind: NicList
              items:
              - nic: net1
              """);
      assertThat(Ran.with(agent, "get", "nics", "-o", "json").out())
          .isEqualTo(
              """
              {
                "apiVersion" : "patchbay.dev/v1alpha1",
                "kind" : "NicList",
                "items" : [ {
                  "nic" : "net1"
                } ]
              }
              """);
    }
  }

  @Test
  void unknownFormatIsMisuse() throws IOException {
    try (FakeAgent agent = FakeAgent.answering(folder, Answers.NICS)) {
      Ran ran = Ran.with(agent, "get", "nics", "-o", "xml");

      assertThat(ran.exit()).isEqualTo(2);
      assertThat(ran.err())
          .contains("\"xml\" is no output; write one of table, wide, json, yaml, name");
      assertThat(agent.asked()).isEmpty();
    }
  }

  @Test
  void namespaceIsPassedOn() throws IOException {
    try (FakeAgent agent = FakeAgent.answering(folder, Answers.NICS)) {
      Ran.with(agent, "get", "nics", "-n", "demo");
      assertThat(agent.last().stdin()).isEqualTo("{\"namespace\":\"demo\"}");
      Ran.with(agent, "get", "nics", "-n", "demo", "-A");
      assertThat(agent.last().stdin()).isEqualTo("{}");
    }
  }

  @Test
  void nothingIsSaidToPeopleOnly() throws IOException {
    try (FakeAgent agent = FakeAgent.answering(folder, Answers.list("NicList", ""))) {
      Ran ran = Ran.with(agent, "get", "nics");

      assertThat(ran.out()).isEmpty();
      assertThat(ran.err()).isEqualTo("No NICs.\n");
      assertThat(ran.exit()).isZero();
    }
  }

  @Test
  void networksAreATableAndProblemsAreTold() throws IOException {
    try (FakeAgent agent = FakeAgent.answering(folder, Answers.NETWORKS)) {
      Ran ran = Ran.with(agent, "get", "networks");

      assertThat(ran.out())
          .isEqualTo(
              """
              NAME   NAMESPACE   TYPE             IPAM         NICS   FREE      SOURCE
              pods   -           bridge           host-local   1      252/253   a runtime's configuration
              blue   demo        macvlan+tuning   static       0      -         /etc/patchbay/networks/blue.yaml
              """);
      assertThat(ran.err()).isEqualTo("! /etc/patchbay/net.d/x.conf is not JSON\n");
      assertThat(Ran.with(agent, "get", "networks", "-o", "name").lines())
          .containsExactly("pods", "demo/blue");
    }
  }

  @Test
  void whatCannotBeGotIsMisuse() throws IOException {
    try (FakeAgent agent = FakeAgent.answering(folder, Answers.NICS)) {
      Ran ran = Ran.with(agent, "get", "pods");

      assertThat(ran.exit()).isEqualTo(2);
      assertThat(ran.err()).contains("there are no \"pods\" to get; there are nics and networks");
    }
  }

  @Test
  void nicIsDescribed() throws IOException {
    String described =
        Answers.NET1.substring(0, Answers.NET1.length() - 1)
            + ",\"steps\":[{\"op\":\"add veth v0\",\"undo\":\"delete v0\",\"why\":\"the NIC\"}],"
            + "\"stories\":[{\"at\":\"2026-11-21T11:57:00Z\",\"verb\":\"plug\",\"outcome\":\"attached\"}]}";
    try (FakeAgent agent = FakeAgent.answering(folder, Answers.list("NicList", described))) {
      Ran ran = Ran.with(agent, "describe", "nic", "demo/web-0:net1");

      assertThat(ran.out())
          .isEqualTo(
              """
              demo/web-0:net1
                state         Attached for 3m
                network       blue
                kind          bridge+tuning
                asked by      patchbay plug = blue@net1
                addresses     10.96.0.7/24, fd00::7/64
                MAC           0a:58:0a:60:00:07
                MTU           1500
                host link     vethdcb1a2
                namespace     /run/netns/web
                container     4f2c8a9be1d07711
                owner         pod/u-1
                runtime       containerd
                goes with     patchbay unplug, or the container's last DEL
                plan
                  1  add veth v0  · the NIC
                     undo: delete v0
                events
                  3m ago  plug: attached

              """);
      assertThat(agent.last().stdin()).isEqualTo("{\"target\":\"demo/web-0\",\"nic\":\"net1\"}");
    }
  }

  @Test
  void networkIsDescribed() throws IOException {
    try (FakeAgent agent = FakeAgent.answering(folder, Answers.NETWORKS)) {
      Ran ran = Ran.with(agent, "describe", "network", "demo/blue");

      assertThat(ran.out())
          .contains("demo/blue\n  type          macvlan+tuning\n  IPAM          static\n")
          .contains("  plugin        {\"type\":\"macvlan\",\"password\":\"(secret)\"}\n")
          .contains("  pool          [10.97.0.0/24]  252 of 253 free\n");
      assertThat(agent.last().verb()).isEqualTo("networks");
    }
  }

  @Test
  void staleReservationsAreCountedAndDescribed() throws IOException {
    try (FakeAgent agent = FakeAgent.answering(folder, Answers.NETWORKS)) {
      var wide = Ran.with(agent, "get", "networks", "-o", "wide").lines();
      Ran described = Ran.with(agent, "describe", "network", "pods");

      assertThat(wide.get(0)).endsWith("RANGES           STALE   TROUBLE");
      assertThat(wide.get(1)).endsWith("[10.97.0.0/24]   1       -");
      assertThat(wide.get(2)).endsWith("-                -       -");
      assertThat(described.out())
          .contains("  stale         10.97.0.9  container dead1, interface eth0  24h\n");
    }
  }
}

package dev.patchbay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReclaimVerbTest {
  private static final String STALE = Answers.list("ReservationList", Answers.STALE);
  private static final String NONE = Answers.list("ReservationList", "");

  @TempDir Path folder;

  private FakeAgent agent(String afterwards) throws IOException {
    return FakeAgent.answering(
        folder,
        asked ->
            new AgentClient.Reply(
                0, asked.stdin().contains("\"dryRun\":true") ? STALE : afterwards, ""));
  }

  @Test
  void whatWouldGoIsListedAndAYesIsWanted() throws IOException {
    try (FakeAgent agent = agent(STALE)) {
      Ran ran = Ran.with(agent, "reclaim", "pods");

      assertThat(ran.exit()).isEqualTo(2);
      assertThat(ran.out()).isEmpty();
      assertThat(ran.err())
          .contains("  10.97.0.9  container dead1, interface eth0  24h\n")
          .contains("nothing was reclaimed\n  next  patchbay reclaim pods --yes\n");
      assertThat(agent.asked()).hasSize(1);
      assertThat(agent.last().verb()).isEqualTo("reclaim");
      assertThat(agent.last().stdin()).isEqualTo("{\"network\":\"pods\",\"dryRun\":true}");
    }
  }

  @Test
  void personDecides() throws IOException {
    try (FakeAgent agent = agent(STALE)) {
      assertThat(Ran.before("n", agent, "reclaim", "pods").exit()).isEqualTo(1);
      assertThat(agent.asked()).hasSize(1);
      assertThat(Ran.before("y", agent, "reclaim", "pods").exit()).isZero();
      assertThat(agent.last().stdin()).contains("\"dryRun\":false");
    }
  }

  @Test
  void exactlyWhatWasListedIsAskedForAndShown() throws IOException {
    try (FakeAgent agent = agent(STALE.replace("Stale", "Reclaimed"))) {
      Ran ran = Ran.with(agent, "reclaim", "pods", "-n", "demo", "--yes");

      assertThat(ran.exit()).isZero();
      assertThat(ran.err()).isEmpty();
      assertThat(ran.out())
          .isEqualTo(
              """
              ADDRESS     HOLDER                            AGE   NETWORK   STATE
              10.97.0.9   container dead1, interface eth0   24h   pods      Reclaimed
              """);
      assertThat(agent.last().stdin())
          .isEqualTo(
              "{\"network\":\"pods\",\"namespace\":\"demo\",\"dryRun\":false,\"listed\":["
                  + "{\"address\":\"10.97.0.9\",\"holder\":\"container dead1, interface eth0\","
                  + "\"written\":\"2026-11-20T12:00:00Z\"}]}");
      assertThat(Ran.with(agent, "reclaim", "pods", "--yes", "-o", "name").out())
          .isEqualTo("10.97.0.9\n");
      assertThat(Ran.with(agent, "reclaim", "pods", "--yes", "-o", "json").out())
          .contains("\"state\" : \"Reclaimed\"");
    }
  }

  @Test
  void whatChangedMeanwhileIsToldToBeKept() throws IOException {
    try (FakeAgent agent = agent(NONE)) {
      Ran ran = Ran.with(agent, "reclaim", "pods", "--yes");

      assertThat(ran.exit()).isZero();
      assertThat(ran.out()).isEmpty();
      assertThat(ran.err()).isEqualTo("1 changed since they were listed, and are kept.\n");
    }
  }

  @Test
  void absentReservationsNeedNoYes() throws IOException {
    try (FakeAgent agent = FakeAgent.answering(folder, NONE)) {
      Ran ran = Ran.with(agent, "reclaim", "pods");

      assertThat(ran.exit()).isZero();
      assertThat(ran.err()).isEqualTo("No stale reservations in network pods.\n");
      assertThat(agent.asked()).hasSize(1);
    }
  }
}

package dev.patchbay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WhyVerbTest {
  private static final String ORIGIN =
      "\"origin\":{\"dialect\":\"npwg\",\"where\":\"annotation k8s.v1.cni.cncf.io/networks[1]\",\"text\":\"green\"}";

  private static final String ROLLED_BACK =
      """
      {"pod":"demo/web-0","container":"4f2c","nic":"net2","state":"Detached","stories":[
       {"at":"2026-11-21T11:59:58Z","verb":"add","outcome":"rolled back","network":"green",
        "trouble":"add macvlan: ENODEV; kernel: \\"No such device\\"; patchbay why shows the whole plan",%s,
        "steps":[
         {"what":"reserve @net2.lease in pool green","why":"its address","micros":120,"failure":""},
         {"what":"add macvlan net2","why":"slice eth2","micros":31000,
          "failure":"add macvlan: ENODEV; kernel: \\"No such device\\""},
         {"what":"release @net2.lease in pool green","why":"undo","micros":90,"failure":""}]}]}\
      """
          .formatted(ORIGIN);

  @TempDir Path folder;

  @Test
  void rolledBackNicIsToldFromAskedToNext() throws IOException {
    try (FakeAgent agent = FakeAgent.answering(folder, Answers.list("WhyList", ROLLED_BACK))) {
      Ran ran = Ran.with(agent, "why", "pod/demo/web-0", "net2");

      assertThat(ran.exit()).isZero();
      assertThat(ran.out())
          .isEqualTo(
              """
              ✗ demo/web-0:net2 is not attached (add: rolled back, 2s ago)
                asked     annotation k8s.v1.cni.cncf.io/networks[1] = green
                resolved  network green
                done      2 steps
                  ✓ reserve @net2.lease in pool green     120 µs  its address
                  ✗ add macvlan net2                       31 ms  add macvlan: ENODEV; kernel: "No such device"
                undone    1 step, the host is as before
                  ✓ release @net2.lease in pool green      90 µs  undo
                failed    add macvlan: ENODEV; kernel: "No such device"; patchbay why shows the whole plan
                next      patchbay describe network green
              """);
      assertThat(agent.last().stdin())
          .isEqualTo("{\"target\":\"pod/demo/web-0\",\"nic\":\"net2\"}");
    }
  }

  @Test
  void marksAreWordsWhereOnlyAsciiIsShown() throws IOException {
    try (FakeAgent agent = FakeAgent.answering(folder, Answers.list("WhyList", ROLLED_BACK))) {
      Ran ran = Ran.in(Map.of("PATCHBAY_SOCKET", agent.socket().toString()), false, "why", "web-0");

      assertThat(ran.out()).contains("[x] demo/web-0:net2", "[ok] reserve", "120 us");
      assertThat(ran.out().chars()).allMatch(c -> c < 128);
    }
  }

  @Test
  void attachedNicNamesItsKind() throws IOException {
    String item =
        """
        {"pod":"demo/web-0","container":"4f2c","nic":"net1","state":"Attached","now":%s,"stories":[
         {"at":"2026-11-21T11:00:00Z","verb":"plug","outcome":"refused","network":"blue","trouble":"no free address in pool \\"blue\\"",%s,"steps":[]},
         {"at":"2026-11-21T11:57:00Z","verb":"plug","outcome":"attached","network":"blue","trouble":"",%s,
          "steps":[{"what":"add veth v0","why":"the NIC","micros":300,"failure":""}]}]}\
        """
            .formatted(Answers.NET1, ORIGIN, ORIGIN);
    try (FakeAgent agent = FakeAgent.answering(folder, Answers.list("WhyList", item))) {
      Ran ran = Ran.with(agent, "why", "web-0");

      assertThat(ran.out())
          .startsWith("✓ demo/web-0:net1 is attached (plug: attached, 3m ago)\n")
          .contains("  resolved  network blue · bridge+tuning\n")
          .contains("  next      patchbay describe nic demo/web-0:net1\n")
          .doesNotContain("refused");
      assertThat(ran.err()).contains("1 earlier, with --all");
      assertThat(Ran.with(agent, "why", "web-0", "--all").out())
          .contains("✗ demo/web-0:net1 is not attached (plug: refused, 60m ago)")
          .contains("  planned   no step: refused before anything was touched\n")
          .contains("  next      patchbay get networks -o wide\n");
    }
  }

  @Test
  void detachedNicWasDetached() throws IOException {
    String item =
        """
        {"pod":"","container":"4f2c","nic":"eth0","state":"Detached","stories":[
         {"at":"2026-11-21T11:57:00Z","verb":"del","outcome":"detached","network":"pods","trouble":"",%s,
          "steps":[{"what":"delete v0","why":"","micros":20000,"failure":""}]}]}\
        """
            .formatted(ORIGIN);
    try (FakeAgent agent = FakeAgent.answering(folder, Answers.list("WhyList", item))) {
      assertThat(Ran.with(agent, "why", "4f2c").out())
          .startsWith("✓ 4f2c:eth0 was detached (del: detached, 3m ago)\n")
          .contains("  undone    1 step\n    ✓ delete v0      20 ms");
    }
  }
}

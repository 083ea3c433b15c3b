package dev.patchbay.bench;

import dev.patchbay.linux.netns.NetnsHandle;
import dev.patchbay.linux.rtnetlink.RouteSocket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long a patch of {@code spec.nics} takes until the NIC is in the container's namespace with
 * its address, and how much of that the plan's steps are not.
 */
final class HotPlug {
  private static final String PODS = "/api/v1/namespaces/default/pods";
  private static final String STRATEGIC = "application/strategic-merge-patch+json";
  private static final Pattern NETNS = Pattern.compile("\"netns\" : \"([^\"]+)\"");
  private static final Pattern MICROS = Pattern.compile("\"micros\" : (\\d+)");
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final UpProcess up;
  private final ApiClient api;
  private final Report report;

  HotPlug(UpProcess up, ApiClient api, Report report) {
    this.up = up;
    this.api = api;
    this.report = report;
  }

  void measure(int rounds) {
    api.ask(
        "POST",
        PODS,
        "application/json",
        """
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"plug"},"spec":{"vpc":"bench",
         "nics":[{"name":"eth0"}],"terminationGracePeriodSeconds":0,
         "containers":[{"name":"main","image":"localhost/patchbay-pause:1",
           "imagePullPolicy":"Never"}]}}
        """);
    await("the pod runs", () -> api.ask("GET", PODS + "/plug", "", "").contains("\"Running\""));
    Matcher netns = NETNS.matcher(String.join("\n", up.patchbay("get", "nics", "-o", "json")));
    if (!netns.find()) {
      throw new IllegalStateException("the pod has no namespace");
    }
    var whole = new Samples();
    var beyond = new Samples();
    for (int round = 1; round <= rounds; round++) {
      String nic = "net" + round;
      long took = plug(Path.of(netns.group(1)), nic);
      whole.add(took);
      beyond.add(Math.max(0, took - planned(nic)));
      patch("{\"name\":\"" + nic + "\",\"$patch\":\"delete\"}");
      await(nic + " is gone", () -> !api.ask("GET", PODS + "/plug", "", "").contains(nic));
    }
    api.ask("DELETE", PODS + "/plug", "", "");
    String n = ", p50 / p99 of " + rounds;
    report.row("patch → NIC in the container's namespace" + n, whole.text() + " ms", "–", "–");
    report.row(
        "… beyond the plan's own steps" + n,
        beyond.text() + " ms",
        Bar.atMost(20, 20, "ms").cells(beyond.p50()));
  }

  private void patch(String nic) {
    api.ask("PATCH", PODS + "/plug", STRATEGIC, "{\"spec\":{\"nics\":[" + nic + "]}}");
  }

  private long plug(Path netns, String nic) {
    try (NetnsHandle handle = NetnsHandle.open(netns);
        RouteSocket socket = RouteSocket.open(handle)) {
      long before = v4(socket);
      long start = System.nanoTime();
      patch("{\"name\":\"" + nic + "\"}");
      await(nic + " is there", () -> v4(socket) > before);
      return System.nanoTime() - start;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long v4(RouteSocket socket) {
    try {
      return socket.addresses().stream().filter(address -> address.cidr().isV4()).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The steps of the NIC's last plan, in nanoseconds. */
  private long planned(String nic) {
    String story = String.join("\n", up.patchbay("why", "pod/plug", nic, "-o", "json"));
    return MICROS
        .matcher(story)
        .results()
        .mapToLong(step -> Long.parseLong(step.group(1)) * 1_000)
        .sum();
  }

  private static void await(String what, java.util.function.BooleanSupplier condition) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("waited " + LIMIT + " in vain: " + what);
      }
      try {
        Thread.sleep(1);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}

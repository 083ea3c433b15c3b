package dev.patchbay.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;

/** How long the embedded API takes for what clients ask most, over HTTPS on one connection. */
final class ApiRates {
  private static final String MAPS = "/api/v1/namespaces/default/configmaps";
  private static final String JSON = "application/json";
  private static final String MERGE = "application/merge-patch+json";
  private static final int OBJECTS = 1_000;

  private final ApiClient api;
  private final Report report;

  ApiRates(ApiClient api, Report report) {
    this.api = api;
    this.report = report;
  }

  void measure(int rounds) {
    var create = new Samples();
    for (int one = 0; one < OBJECTS; one++) {
      String map =
          "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"m"
              + one
              + "\"},\"data\":{\"n\":\"0\"}}";
      timed(create, () -> api.ask("POST", MAPS, JSON, map));
    }
    row("POST", create);
    var get = new Samples();
    var patch = new Samples();
    var list = new Samples();
    for (int round = 0; round < rounds; round++) {
      String one = MAPS + "/m" + round % OBJECTS;
      String change = "{\"data\":{\"n\":\"" + (round + 1) + "\"}}";
      timed(get, () -> api.ask("GET", one, JSON, ""));
      timed(patch, () -> api.ask("PATCH", one, MERGE, change));
    }
    for (int round = 0; round < rounds / 10; round++) {
      timed(list, () -> api.ask("GET", MAPS, JSON, ""));
    }
    row("GET", get);
    row("PATCH", patch);
    row("LIST of " + OBJECTS, list);
    row("watch: PATCH sent → event read", delivery(rounds));
  }

  private static void timed(Samples samples, Runnable work) {
    long start = System.nanoTime();
    work.run();
    samples.add(System.nanoTime() - start);
  }

  /** The event is waited for on one thread while another one's patch is still being answered. */
  private Samples delivery(int rounds) {
    var samples = new Samples();
    String selection = "?watch=true&fieldSelector=metadata.name%3Dm0";
    try (BufferedReader events = api.watch(MAPS + selection)) {
      String _ = events.readLine(); // what is there at first
      for (int round = 0; round < rounds; round++) {
        String change = "{\"data\":{\"n\":\"w" + round + "\"}}";
        long start = System.nanoTime();
        Thread writer =
            Thread.ofVirtual().start(() -> api.ask("PATCH", MAPS + "/m0", MERGE, change));
        String event = events.readLine();
        samples.add(System.nanoTime() - start);
        if (event == null || !event.contains("\"w" + round + "\"")) {
          throw new IllegalStateException("not the event of round " + round + ": " + event);
        }
        writer.join();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return samples;
  }

  private void row(String what, Samples samples) {
    report.row(what + ", p50 / p99 of " + samples.count(), samples.text() + " ms", "–", "–");
  }
}

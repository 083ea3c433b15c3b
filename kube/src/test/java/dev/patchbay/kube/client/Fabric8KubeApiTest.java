package dev.patchbay.kube.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.patchbay.cni.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** What goes over the wire, against a server that answers what the test tells it. */
class Fabric8KubeApiTest {
  private static final String POD =
      """
      {"kind":"Pod","apiVersion":"v1","metadata":{"name":"web","namespace":"default",
       "uid":"u1","resourceVersion":"%s"},"spec":{"vpc":"demo","nics":[{"name":"eth0"}]}}
      """;

  /** One answer; a body for watches is sent line by line as the test puts it there. */
  private record Answer(int status, String body) {}

  private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
  private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private HttpServer server;
  private Fabric8KubeApi api;

  @BeforeEach
  void serve(@TempDir Path folder) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
    Path kubeconfig = folder.resolve("kubeconfig");
    Files.writeString(
        kubeconfig,
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: c, cluster: {server: "http://127.0.0.1:%d"}}]
        users: [{name: u, user: {token: t0ken}}]
        contexts: [{name: x, context: {cluster: c, user: u}}]
        current-context: x
        """
            .formatted(server.getAddress().getPort()));
    api = Fabric8KubeApi.ofKubeconfig(kubeconfig);
  }

  @AfterEach
  void stop() {
    lines.add("");
    api.close();
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    String type =
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("Content-Type")).orElse("");
    String token = exchange.getRequestHeaders().getFirst("Authorization");
    String uri = exchange.getRequestURI().toString();
    asked.add((exchange.getRequestMethod() + " " + uri + " " + type + " " + body).strip());
    assertThat(token).isEqualTo("Bearer t0ken");
    try (OutputStream out = exchange.getResponseBody()) {
      if (uri.contains("watch=true")) {
        exchange.sendResponseHeaders(200, 0);
        for (String line = lines.take(); !line.isEmpty(); line = lines.take()) {
          out.write(line.getBytes(UTF_8));
          out.flush();
        }
      } else {
        Answer answer = answers.take();
        byte[] bytes = answer.body().getBytes(UTF_8);
        exchange.sendResponseHeaders(answer.status(), bytes.length);
        out.write(bytes);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String asked() throws InterruptedException {
    return Optional.ofNullable(asked.poll(10, TimeUnit.SECONDS)).orElse("nothing");
  }

  private String heard() throws InterruptedException {
    return Optional.ofNullable(heard.poll(10, TimeUnit.SECONDS)).orElse("nothing");
  }

  @Test
  void fieldsThatCorePodsDoNotHaveSurvive() throws Exception {
    answers.add(new Answer(200, POD.formatted("1")));

    ObjectNode pod = api.get(KubeResource.PODS, new KubeName("default", "web")).orElseThrow();

    assertThat(asked()).isEqualTo("GET /api/v1/namespaces/default/pods/web");
    assertThat(pod.at("/spec/nics/0/name").asString()).isEqualTo("eth0");
  }

  @Test
  void aMergePatchSaysWhatItIs() throws Exception {
    answers.add(new Answer(200, POD.formatted("2")));
    ObjectNode merge = Json.newObject();
    merge.putObject("status").put("phase", "Running");

    api.patchStatus(KubeResource.PODS, new KubeName("default", "web"), merge);

    assertThat(asked())
        .isEqualTo(
            "PATCH /api/v1/namespaces/default/pods/web/status application/merge-patch+json"
                + " {\"status\":{\"phase\":\"Running\"}}");
  }

  @Test
  void deletionSaysWhichObjectItMeans() throws Exception {
    answers.add(new Answer(200, "{\"kind\":\"Status\",\"status\":\"Success\"}"));

    assertThat(
            api.delete(KubeResource.PODS, new KubeName("default", "web"), KubeDeletion.now("u1")))
        .isTrue();

    assertThat(asked())
        .startsWith("DELETE /api/v1/namespaces/default/pods/web application/json")
        .contains("\"gracePeriodSeconds\":0")
        .contains("\"preconditions\":{\"uid\":\"u1\"}");
  }

  @Test
  void aRefusalKeepsTheServersWords() {
    answers.add(
        new Answer(
            422,
            """
            {"kind":"Status","status":"Failure","reason":"Invalid","code":422,
             "message":"Pod \\"web\\" is invalid: spec.vpc: Forbidden"}
            """));
    ObjectNode pod = Json.object(POD.formatted("1"), "pod");

    assertThatThrownBy(() -> api.update(KubeResource.PODS, pod))
        .isInstanceOfSatisfying(
            KubeFailure.class,
            e -> {
              assertThat(e.status()).isEqualTo(422);
              assertThat(e.reason()).isEqualTo("Invalid");
              assertThat(e.message()).contains("spec.vpc: Forbidden");
              assertThat(e.canRetry()).isFalse();
            });
  }

  @Test
  void aPageOfHtmlIsAFailureToo() {
    answers.add(new Answer(503, "<html>busy</html>"));

    assertThatThrownBy(() -> api.list(KubeResource.PODS, KubeSelection.ALL))
        .isInstanceOfSatisfying(
            KubeFailure.class,
            e -> {
              assertThat(e.status()).isEqualTo(503);
              assertThat(e.canRetry()).isTrue();
              assertThat(e.message()).contains("<html>busy</html>");
            });
  }

  @Test
  void nobodyThereIsAFailureThatCanBeTriedAgain() {
    server.stop(0);

    assertThatThrownBy(() -> api.list(KubeResource.PODS, KubeSelection.ALL))
        .isInstanceOfSatisfying(
            KubeFailure.class,
            e -> {
              assertThat(e.isUnreachable()).isTrue();
              assertThat(e.canRetry()).isTrue();
            });
  }

  @Test
  void whatIsAbsentIsNoFailure() {
    String status = "{\"kind\":\"Status\",\"reason\":\"NotFound\",\"code\":404}";
    answers.add(new Answer(404, status));
    answers.add(new Answer(404, status));
    KubeName name = KubeName.ofCluster("w1");

    assertThat(api.get(KubeResource.NODES, name)).isEmpty();
    assertThat(api.delete(KubeResource.NODES, name, KubeDeletion.DEFAULT)).isFalse();
  }

  @Test
  void aWatchGoesOnWhereItWasAndAnExpiredOneListsAgain() throws Exception {
    list("7", POD.formatted("7"));
    var informer =
        api.inform(KubeResource.PODS, KubeSelection.ALL.withFields("spec.nodeName=w1"), ear());
    assertThat(heard()).isEqualTo("+7");
    informer.synced().get(10, TimeUnit.SECONDS);
    assertThat(asked()).isEqualTo("GET /api/v1/pods?fieldSelector=spec.nodeName%3Dw1");
    assertThat(asked()).contains("watch=true").contains("resourceVersion=7");

    String event = event("MODIFIED", POD.formatted("9"));
    lines.add(event.substring(0, 30));
    lines.add(event.substring(30) + "\n" + event("BOOKMARK", POD.formatted("12")) + "\n");
    assertThat(heard()).isEqualTo("+9");
    lines.add(""); // the server ends it
    assertThat(asked()).contains("watch=true").contains("resourceVersion=12");

    list("20", "");
    lines.add(event("ERROR", "{\"kind\":\"Status\",\"code\":410,\"reason\":\"Expired\"}") + "\n");
    assertThat(heard()).isEqualTo("!410");
    assertThat(heard()).isEqualTo("-9");
    assertThat(asked()).isEqualTo("GET /api/v1/pods?fieldSelector=spec.nodeName%3Dw1");
    assertThat(informer.all()).isEmpty();
  }

  private void list(String version, String items) {
    answers.add(
        new Answer(
            200,
            "{\"kind\":\"PodList\",\"metadata\":{\"resourceVersion\":\"%s\"},\"items\":[%s]}"
                .formatted(version, items)));
  }

  private static String event(String type, String object) {
    return "{\"type\":\"" + type + "\",\"object\":" + object.replace("\n", "") + "}";
  }

  private KubeListener ear() {
    return new KubeListener() {
      @Override
      public void changed(ObjectNode object) {
        heard.add("+" + object.at("/metadata/resourceVersion").asString());
      }

      @Override
      public void deleted(ObjectNode last) {
        heard.add("-" + last.at("/metadata/resourceVersion").asString());
      }

      @Override
      public void interrupted(KubeFailure why) {
        heard.add("!" + why.status());
      }
    };
  }
}

package dev.patchbay.apiserver.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Handshakes that are not upgraded, and logs. */
@Timeout(30)
class StreamEndpointsTest {
  private final HttpClient http = HttpClient.newHttpClient();
  private StreamServer server;

  @BeforeEach
  void start() throws Exception {
    server = new StreamServer();
  }

  @AfterEach
  void stop() throws Exception {
    server.stop();
    http.close();
  }

  private HttpResponse<String> get(String rest) throws Exception {
    return http.send(
        HttpRequest.newBuilder(server.http(rest)).build(), HttpResponse.BodyHandlers.ofString());
  }

  /** An HTTP request as it stands, for handshakes that no client library sends. */
  private String raw(String method, String rest, String headers) throws IOException {
    URI uri = server.http(rest);
    try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
      String request =
          "%s /%s HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n%s\r\n"
              .formatted(method, rest, headers);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void kubectlsSecondHandshakeOverSpdyLearnsWhatIsSpoken() throws IOException {
    assertThat(
            raw(
                "POST",
                "exec?command=a&stdout=true",
                "Connection: Upgrade\r\nUpgrade: SPDY/3.1\r\n"
                    + "X-Stream-Protocol-Version: v5.channel.k8s.io\r\n"))
        .startsWith("HTTP/1.1 400 ")
        .contains("\"kind\":\"Status\"")
        .contains("over WebSocket, not over SPDY")
        .contains("kubectl 1.31");
  }

  @Test
  void anUpgradeWithoutAKnownSubprotocolIsRefusedByNamingThem() throws IOException {
    String handshake =
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    assertThat(raw("GET", "exec?command=a&stdout=true", handshake))
        .startsWith("HTTP/1.1 400 ")
        .contains("v5.channel.k8s.io or v4.channel.k8s.io");
    assertThat(
            raw(
                "GET",
                "exec?command=a&stdout=true",
                handshake + "Sec-WebSocket-Protocol: v3.channel.k8s.io, base64\r\n"))
        .startsWith("HTTP/1.1 400 ")
        .contains("v3.channel.k8s.io");
  }

  @Test
  void aPlainRequestIsToldToUpgrade() throws Exception {
    HttpResponse<String> answer = get("attach");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("Upgrade request required").contains("\"code\":400");
  }

  @Test
  void theContainerIsChosenOrTheChoiceIsNamed() throws Exception {
    server.serve("Running", "x", "y");

    assertThat(get("exec?command=a&stdout=true").body())
        .contains("a container name must be specified for pod a, choose one of: [x, y]");
    assertThat(get("exec?command=a&stdout=true&container=z").body())
        .contains("container z is not valid for pod a");
    assertThat(get("log").statusCode()).isEqualTo(400);
    assertThat(get("log?container=y").statusCode()).isEqualTo(200);
  }

  @Test
  void aCompletedPodRunsNothingButHasItsLog() throws Exception {
    server.serve("Succeeded", "main");
    server.node.log = "it was good\n";

    assertThat(get("exec?command=a&stdout=true").body()).contains("completed pod");
    assertThat(get("attach").body()).contains("current phase is Succeeded");
    assertThat(get("log").body()).isEqualTo("it was good\n");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "exec?stdout=true | at least one command",
        "exec?command=a | at least 1 of stdin, stdout, stderr",
        "attach?stdout=false&stderr=0 | at least 1 of stdin, stdout, stderr"
      })
  void whatIsMissingIsNamed(String rest, String message) throws Exception {
    HttpResponse<String> answer = get(rest);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains(message);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "tailLines=-1 | tailLines: Invalid value: -1",
        "tailLines=many | tailLines: Invalid value:",
        "limitBytes=0 | limitBytes: Invalid value: 0",
        "sinceSeconds=0 | sinceSeconds: Invalid value: 0",
        "sinceSeconds=99999999999999999999 | sinceSeconds: Invalid value",
        "sinceTime=yesterday | sinceTime: Invalid value",
        "sinceSeconds=1&sinceTime=2026-11-21T09:00:00Z | at most one of",
        "stream=Both | stream: Invalid value",
        "stream=Stdout&tailLines=1 | mutually exclusive"
      })
  void aLogParameterThatCannotBeIsRefusedByName(String query, String message) throws Exception {
    HttpResponse<String> answer = get("log?" + query);

    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(answer.body()).contains(message).contains("\"reason\":\"Invalid\"");
    assertThat(server.node.asked).isEmpty();
  }

  @Test
  void everyLogParameterReachesTheNode() throws Exception {
    get(
        "log?container=main&follow=false&tailLines=5&sinceSeconds=60&timestamps=true&limitBytes=100"
            + "&insecureSkipTLSVerifyBackend=true&pretty=false");

    assertThat(server.node.asked.take())
        .isEqualTo(
            "log ContainerRef[namespace=demo, pod=a, podUid=u1, container=main]"
                + " LogOptions[follow=false, previous=false, tailLines=OptionalLong[5],"
                + " since=Optional[2026-11-21T09:59:00Z], timestamps=true,"
                + " limitBytes=OptionalLong[100], source=ALL]");
  }

  @Test
  void aClientThatHangsUpDuringSilenceEndsTheFollow() throws Exception {
    URI uri = server.http("log?follow=true");
    try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
      socket
          .getOutputStream()
          .write(
              "GET /log?follow=true HTTP/1.1\r\nHost: x\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      assertThat(socket.getInputStream().readNBytes(15)).asString().isEqualTo("HTTP/1.1 200 OK");
    }
    assertThat(server.node.silence.closed.get(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aLogIsPlainTextAndItsRefusalAStatus() throws Exception {
    server.node.log = "x".repeat(100_000);
    HttpResponse<String> log = get("log");
    assertThat(log.headers().firstValue("Content-Type")).hasValue("text/plain");
    assertThat(log.body()).hasSize(100_000);

    HttpResponse<String> refused = get("log?previous=true");
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/json");
    assertThat(refused.body()).contains("previous terminated container not found");
  }
}

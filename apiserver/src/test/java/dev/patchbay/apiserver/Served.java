package dev.patchbay.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.patchbay.apiserver.auth.Certificates;
import dev.patchbay.apiserver.resource.Rules;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A server of its own in a folder, and a client of it that trusts its authority only. */
final class Served implements AutoCloseable {
  static final JsonMapper JSON = JsonMapper.shared();
  static final String CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";
  static final String PODS = "/api/v1/namespaces/default/pods";

  /** Made once: keytool takes a second, and a test has no use for keys of its own. */
  private static final Optional<Path> KEYS = keys();

  /** A pod that has a node waits for it. */
  private static final Rules ON_NODES =
      new Rules() {
        @Override
        public boolean isGraceful(ObjectNode pod) {
          return pod.at("/spec/nodeName").isString();
        }
      };

  private final ApiServer server;
  private final HttpClient client;
  private final String admin;

  private Served(ApiServer server, HttpClient client, String admin) {
    this.server = server;
    this.client = client;
    this.admin = admin;
  }

  /**
   * An answer.
   *
   * @param code HTTP status
   * @param text the body
   * @param warnings the Warning headers
   */
  record Reply(int code, String text, List<String> warnings) {
    JsonNode json() {
      return JSON.readTree(text);
    }

    String at(String pointer) {
      return json().at(pointer).asString("");
    }
  }

  static Served in(Path folder) throws IOException {
    return in(folder, Duration.ofMinutes(1));
  }

  /** One that closes silent connections after that time. */
  static Served in(Path folder, Duration idle) throws IOException {
    Path keys = folder.resolve("tls.p12");
    if (!Files.exists(keys)) {
      Files.copy(KEYS.orElseThrow(), keys, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
    }
    var server =
        ApiServer.start(
            new ApiConfig(
                folder,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                folder.resolve("users.yaml"),
                Map.of("Pod", ON_NODES),
                Optional.empty()),
            idle);
    return new Served(
        server, client(keys), Files.readString(folder.resolve("admin.token")).strip());
  }

  String url() {
    return server.url();
  }

  Path kubeconfig() {
    return server.kubeconfig();
  }

  HttpClient client() {
    return client;
  }

  String admin() {
    return admin;
  }

  Reply get(String path) throws Exception {
    return send(request(path).GET());
  }

  Reply post(String path, String body) throws Exception {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body)));
  }

  Reply put(String path, String body) throws Exception {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .PUT(BodyPublishers.ofString(body)));
  }

  Reply patch(String type, String path, String body) throws Exception {
    return send(
        request(path)
            .header("Content-Type", "application/" + type)
            .method("PATCH", BodyPublishers.ofString(body)));
  }

  Reply delete(String path) throws Exception {
    return send(request(path).DELETE());
  }

  Reply delete(String path, String options) throws Exception {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .method("DELETE", BodyPublishers.ofString(options)));
  }

  /** A request as the administrator. */
  HttpRequest.Builder request(String path) {
    return request(path, admin);
  }

  HttpRequest.Builder request(String path, String token) {
    return HttpRequest.newBuilder(URI.create(url() + path))
        .timeout(Duration.ofSeconds(30))
        .header("Authorization", "Bearer " + token);
  }

  Reply send(HttpRequest.Builder request) throws Exception {
    HttpResponse<byte[]> answer = client.send(request.build(), BodyHandlers.ofByteArray());
    return new Reply(
        answer.statusCode(),
        new String(answer.body(), UTF_8),
        answer.headers().allValues("Warning"));
  }

  /** The lines of a watch, as they come; closing the stream ends it. */
  Stream<JsonNode> watch(String path) throws Exception {
    HttpResponse<Stream<String>> answer =
        client.send(request(path).GET().build(), BodyHandlers.ofLines());
    if (answer.statusCode() != 200) {
      throw new AssertionError("the watch is refused: " + answer.statusCode());
    }
    return answer.body().map(JSON::readTree);
  }

  @Override
  public void close() throws IOException {
    server.close();
    client.shutdownNow();
  }

  private static Optional<Path> keys() {
    try {
      Path file = Files.createTempDirectory("patchbay-keys").resolve("tls.p12");
      String address = InetAddress.getLoopbackAddress().getHostAddress();
      Certificates.in(file, Set.of(address, "localhost"), Clock.systemUTC());
      file.toFile().deleteOnExit();
      return Optional.of(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static HttpClient client(Path keys) throws IOException {
    try {
      String address = InetAddress.getLoopbackAddress().getHostAddress();
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry(
          "patchbay",
          Certificates.in(keys, Set.of(address, "localhost"), Clock.systemUTC()).authority());
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext tls = SSLContext.getInstance("TLS");
      tls.init(null, trust.getTrustManagers(), null);
      return HttpClient.newBuilder().sslContext(tls).version(HttpClient.Version.HTTP_1_1).build();
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }
}

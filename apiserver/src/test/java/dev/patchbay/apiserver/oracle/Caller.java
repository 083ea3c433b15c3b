package dev.patchbay.apiserver.oracle;

import dev.patchbay.apiserver.ApiServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Base64;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Sends recorded requests to a running server, as its administrator. */
final class Caller implements AutoCloseable {
  private static final Duration LONGEST = Duration.ofSeconds(20);

  private final HttpClient client;
  private final String url;
  private final String token;

  private Caller(HttpClient client, String url, String token) {
    this.client = client;
    this.url = url;
    this.token = token;
  }

  static Caller of(ApiServer server) throws IOException, GeneralSecurityException {
    JsonNode config = new YAMLMapper().readTree(Files.readString(server.kubeconfig()));
    byte[] pem =
        Base64.getDecoder()
            .decode(config.at("/clusters/0/cluster/certificate-authority-data").asString());
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    trusted.setCertificateEntry(
        "ca",
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem)));
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(null, trust.getTrustManagers(), null);
    HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .sslContext(tls)
            .connectTimeout(LONGEST)
            .build();
    return new Caller(client, server.url(), config.at("/users/0/user/token").asString());
  }

  HttpResponse<String> send(OracleCase.Ask ask) throws IOException, InterruptedException {
    return client.send(request(ask), BodyHandlers.ofString());
  }

  /** The lines of a stream as they come; closing the stream ends it. */
  HttpResponse<Stream<String>> open(OracleCase.Ask ask) throws IOException, InterruptedException {
    return client.send(request(ask), BodyHandlers.ofLines());
  }

  private HttpRequest request(OracleCase.Ask ask) {
    String target = url + ask.path() + (ask.query().isEmpty() ? "" : "?" + ask.query());
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(target))
            .timeout(LONGEST)
            .header("Authorization", "Bearer " + token)
            .header("User-Agent", "oracle")
            .method(ask.method(), HttpRequest.BodyPublishers.ofByteArray(ask.body()));
    if (!ask.contentType().isEmpty()) {
      request.header("Content-Type", ask.contentType());
    }
    if (!ask.accept().isEmpty()) {
      request.header("Accept", ask.accept());
    }
    return request.build();
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}

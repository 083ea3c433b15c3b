package dev.patchbay.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
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
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import tools.jackson.databind.JsonNode;

/** The API of a {@link StandaloneLab} for clients in this process, through a {@link Doorway}. */
final class LabApi implements AutoCloseable {
  private static final Duration ANSWER = Duration.ofSeconds(20);

  private final Doorway doorway;
  private final Config config;
  private final String token;
  private final HttpClient http;

  private LabApi(Doorway doorway, Config config, String token, HttpClient http) {
    this.doorway = doorway;
    this.config = config;
    this.token = token;
    this.http = http;
  }

  /** What a request was answered. */
  record Reply(int code, JsonNode body) {}

  /** The API that a kubeconfig of that namespace names. */
  static LabApi of(Path netns, Path kubeconfig) {
    try {
      Config there = Config.fromKubeconfig(kubeconfig.toFile());
      URI url = URI.create(there.getMasterUrl());
      Doorway doorway = Doorway.into(netns, new InetSocketAddress(url.getHost(), url.getPort()));
      Config here =
          new ConfigBuilder(there)
              .withMasterUrl("https://127.0.0.1:" + doorway.port())
              .withNamespace("default")
              .build();
      HttpClient http =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .connectTimeout(ANSWER)
              .sslContext(trusting(there.getCaCertData()))
              .build();
      String token = Files.readString(kubeconfig.resolveSibling("admin.token")).strip();
      return new LabApi(doorway, here, token, http);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static SSLContext trusting(String authority) throws IOException {
    try {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry(
          "authority",
          CertificateFactory.getInstance("X.509")
              .generateCertificate(
                  new ByteArrayInputStream(Base64.getDecoder().decode(authority))));
      TrustManagerFactory managers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  /** A client of fabric8. */
  KubernetesClient fabric8() {
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  /** One request by the administrator; IOException when nobody answers. */
  Reply ask(String method, String path, String mediaType, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(config.getMasterUrl()).resolve(path))
            .timeout(ANSWER)
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", mediaType)
            .method(
                method,
                body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body, UTF_8))
            .build();
    HttpResponse<String> answer = http.send(request, BodyHandlers.ofString(UTF_8));
    return new Reply(answer.statusCode(), Confs.json(answer.body()));
  }

  @Override
  public void close() throws IOException {
    http.shutdownNow();
    doorway.close();
  }
}

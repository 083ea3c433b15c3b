package dev.patchbay.apiserver.auth;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;

/**
 * What kubectl and other clients need to find the server and be let in.
 *
 * @param url such as {@code https://127.0.0.1:6443}
 * @param authorityPem whom to trust
 * @param user name of the entry
 * @param token the bearer token
 */
public record Kubeconfig(String url, String authorityPem, String user, String token) {
  /** Writes it, mode 600, in place of a former one. */
  public void write(Path file) throws IOException {
    PrivateFile.write(file, text().getBytes(StandardCharsets.UTF_8));
  }

  private String text() {
    String authority =
        Base64.getEncoder().encodeToString(authorityPem.getBytes(StandardCharsets.UTF_8));
    return """
    apiVersion: v1
    kind: Config
    current-context: patchbay
    clusters:
    - name: patchbay
      cluster:
        server: %s
        certificate-authority-data: %s
    users:
    - name: %s
      user:
        token: %s
    contexts:
    - name: patchbay
      context:
        cluster: patchbay
        user: %s
    """
        .formatted(url, authority, user, token, user);
  }

  /** Without the token. */
  @Override
  public String toString() {
    return "kubeconfig of " + user + " for " + url;
  }
}

package dev.patchbay.apiserver.auth;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A certificate authority of our own and the server's certificate, in one PKCS#12 file of mode 600.
 * The JDK's keytool makes them, because the JDK has no public class that does.
 *
 * @param keyStore alias {@link #SERVER}, with its chain
 * @param authority what clients are to trust
 */
public record Certificates(KeyStore keyStore, X509Certificate authority) {
  /** The server's alias. */
  public static final String SERVER = "server";

  /** What protects the file is its mode; PKCS#12 wants a word all the same. */
  public static final String PASSWORD = "patchbay";

  private static final String AUTHORITY = "authority";
  private static final String PASSWORD_VARIABLE = "PATCHBAY_KEYSTORE_WORD";
  private static final int AUTHORITY_DAYS = 3650;
  private static final int SERVER_DAYS = 365;
  private static final Duration EARLY = Duration.ofDays(30);
  private static final Duration KEYTOOL_PATIENCE = Duration.ofSeconds(60);

  // RFC 5280 numbers the kinds of a subject's alternative names.
  private static final int DNS_NAME = 2;
  private static final int IP_ADDRESS = 7;

  /**
   * Those of a file; makes what is not there, ends within 30 days, or does not name every host.
   *
   * @param hosts host names and IP addresses by which clients call the server
   */
  public static Certificates in(Path file, Set<String> hosts, Clock clock) throws IOException {
    PrivateFile.folder(file);
    if (Files.exists(file)) {
      PrivateFile.require(file);
    }
    try {
      Instant soon = clock.instant().plus(EARLY);
      if (!Files.exists(file) || endsBefore(certificate(load(file), AUTHORITY), soon)) {
        renew(file, hosts, true);
      } else {
        X509Certificate server = certificate(load(file), SERVER);
        if (endsBefore(server, soon) || !names(server).containsAll(hosts)) {
          renew(file, hosts, false);
        }
      }
      KeyStore keys = load(file);
      return new Certificates(keys, certificate(keys, AUTHORITY));
    } catch (GeneralSecurityException e) {
      throw broken(file, e);
    }
  }

  /** The authority's certificate as PEM. */
  public String authorityPem() {
    try {
      String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded());
      return "-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n";
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the authority's certificate cannot be encoded", e);
    }
  }

  /** The server's certificate. */
  public X509Certificate server() {
    try {
      return certificate(keyStore, SERVER);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the key store was not loaded", e);
    }
  }

  private byte[] encoded() throws GeneralSecurityException {
    return authority.getEncoded();
  }

  private static boolean endsBefore(X509Certificate certificate, Instant moment) {
    return certificate.getNotAfter().toInstant().isBefore(moment);
  }

  private static Set<String> names(X509Certificate certificate) throws GeneralSecurityException {
    Set<String> names = new TreeSet<>();
    var alternatives = certificate.getSubjectAlternativeNames();
    if (alternatives != null) {
      for (List<?> name : alternatives) {
        if (name.get(0) instanceof Integer kind && (kind == DNS_NAME || kind == IP_ADDRESS)) {
          names.add(String.valueOf(name.get(1)));
        }
      }
    }
    return names;
  }

  /** Makes the new file beside the old one, so that a crash leaves one of them whole. */
  private static void renew(Path file, Set<String> hosts, boolean all) throws IOException {
    Path folder = Files.createTempDirectory(PrivateFile.folder(file), ".certificates");
    Path next = folder.resolve("next.p12");
    try {
      if (all) {
        keytool(next, authorityOptions());
      } else {
        Files.copy(file, next, StandardCopyOption.COPY_ATTRIBUTES);
        keytool(next, List.of("-delete", "-alias", SERVER));
      }
      keytool(next, serverOptions(hosts));
      PrivateFile.write(file, Files.readAllBytes(next));
    } finally {
      Files.deleteIfExists(next);
      Files.delete(folder);
    }
  }

  private static List<String> authorityOptions() {
    List<String> options = new ArrayList<>(List.of("-genkeypair", "-alias", AUTHORITY));
    options.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1"));
    options.addAll(List.of("-dname", "CN=patchbay-authority"));
    options.addAll(List.of("-ext", "bc:c=ca:true,pathlen:0", "-ext", "ku:c=keyCertSign,cRLSign"));
    options.addAll(List.of("-validity", Integer.toString(AUTHORITY_DAYS)));
    return options;
  }

  private static List<String> serverOptions(Set<String> hosts) {
    String names =
        hosts.stream()
            .sorted()
            .map(host -> (isAddress(host) ? "ip:" : "dns:") + host)
            .collect(Collectors.joining(","));
    List<String> options = new ArrayList<>(List.of("-genkeypair", "-alias", SERVER));
    options.addAll(List.of("-signer", AUTHORITY));
    options.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1"));
    options.addAll(List.of("-dname", "CN=patchbay-api", "-ext", "san=" + names));
    options.addAll(List.of("-ext", "eku=serverAuth", "-ext", "ku:c=digitalSignature"));
    options.addAll(List.of("-validity", Integer.toString(SERVER_DAYS)));
    return options;
  }

  private static boolean isAddress(String host) {
    return host.contains(":") || host.matches("[0-9.]+");
  }

  private static void keytool(Path store, List<String> options) throws IOException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    line.addAll(List.of("-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC"));
    line.addAll(options);
    line.addAll(List.of("-keystore", store.toString(), "-storetype", "PKCS12"));
    line.addAll(List.of("-storepass:env", PASSWORD_VARIABLE));
    var builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.environment().put(PASSWORD_VARIABLE, PASSWORD);
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    Path log = store.resolveSibling("keytool.log");
    builder.redirectOutput(log.toFile());
    Process process = builder.start();
    try {
      boolean ended = process.waitFor(KEYTOOL_PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (!ended || process.exitValue() != 0) {
        throw new IOException(
            "keytool of this Java could not make the certificate: "
                + Files.readString(log).strip());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while keytool made a certificate", e);
    } finally {
      process.destroyForcibly();
      Files.deleteIfExists(log);
    }
  }

  private static KeyStore load(Path file) throws IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    byte[] contents = Files.readAllBytes(file);
    try {
      keys.load(new ByteArrayInputStream(contents), PASSWORD.toCharArray());
    } catch (IOException e) {
      throw broken(file, e);
    }
    return keys;
  }

  private static X509Certificate certificate(KeyStore keys, String alias)
      throws GeneralSecurityException {
    if (keys.getCertificate(alias) instanceof X509Certificate certificate) {
      return certificate;
    }
    throw new GeneralSecurityException("it has no entry " + alias);
  }

  private static IOException broken(Path file, Exception e) {
    return new IOException(
        file
            + " cannot be used: "
            + e.getMessage()
            + "; move it away, and a new authority is made (kubeconfigs are written anew)",
        e);
  }
}

package dev.patchbay.apiserver.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificatesTest {
  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost");

  @TempDir Path folder;

  @Test
  void theServerIsVouchedForByTheAuthorityUnderEachOfItsNames() throws Exception {
    Certificates made = Certificates.in(folder.resolve("tls.p12"), LOOPBACK, Clock.systemUTC());

    made.server().verify(made.authority().getPublicKey());
    assertThat(made.server().getSubjectAlternativeNames().toString())
        .contains("127.0.0.1", "localhost");
    assertThat(made.server().getBasicConstraints()).isNegative();
    assertThat(made.authority().getBasicConstraints()).isZero();
    assertThat(made.authorityPem())
        .startsWith("-----BEGIN CERTIFICATE-----\n")
        .endsWith("\n-----END CERTIFICATE-----\n");
  }

  @Test
  void theKeysAreReadableByNobodyElse() throws Exception {
    Path file = folder.resolve("tls.p12");
    Certificates.in(file, LOOPBACK, Clock.systemUTC());

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    try (var left = Files.list(folder)) {
      assertThat(left).containsExactly(file);
    }
  }

  @Test
  void whatIsValidIsKept() throws Exception {
    Path file = folder.resolve("tls.p12");
    Certificates first = Certificates.in(file, LOOPBACK, Clock.systemUTC());
    Certificates again = Certificates.in(file, LOOPBACK, Clock.systemUTC());

    assertThat(again.server()).isEqualTo(first.server());
  }

  @Test
  void theServersCertificateIsRenewedBeforeItEndsAndTheAuthorityStays() throws Exception {
    Path file = folder.resolve("tls.p12");
    Certificates first = Certificates.in(file, LOOPBACK, Clock.systemUTC());
    Clock late = Clock.offset(Clock.systemUTC(), Duration.ofDays(340));
    Certificates renewed = Certificates.in(file, LOOPBACK, late);

    assertThat(renewed.server().getSerialNumber()).isNotEqualTo(first.server().getSerialNumber());
    assertThat(renewed.authority()).isEqualTo(first.authority());
    renewed.server().verify(first.authority().getPublicKey());
  }

  @Test
  void anotherHostNameMakesAnotherCertificate() throws Exception {
    Path file = folder.resolve("tls.p12");
    Certificates.in(file, LOOPBACK, Clock.systemUTC());
    Certificates more =
        Certificates.in(file, Set.of("127.0.0.1", "node.example"), Clock.systemUTC());

    assertThat(more.server().getSubjectAlternativeNames().toString()).contains("node.example");
  }

  @Test
  void aDamagedFileIsNamedWithTheRemedy() throws Exception {
    Path file = folder.resolve("tls.p12");
    PrivateFile.write(file, new byte[] {1, 2, 3});

    assertThatThrownBy(() -> Certificates.in(file, LOOPBACK, Clock.systemUTC()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("move it away");
  }

  @Test
  void keysThatOthersMayReadAreRefused() throws Exception {
    Path file = folder.resolve("tls.p12");
    Certificates.in(file, LOOPBACK, Clock.systemUTC());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

    assertThatThrownBy(() -> Certificates.in(file, LOOPBACK, Clock.systemUTC()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("chmod 600 " + file);
  }
}

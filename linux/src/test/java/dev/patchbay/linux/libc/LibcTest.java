package dev.patchbay.linux.libc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LibcTest {
  @Test
  void aRefusedCallCarriesItsErrno() {
    SysResult result = Libc.open("/nowhere/at/all", 0, 0);

    assertThat(result.ok()).isFalse();
    assertThat(result.errno()).isEqualTo(Errno.ENOENT);
    assertThatThrownBy(() -> result.orThrow("open the file"))
        .isInstanceOf(KernelException.class)
        .hasMessage("open the file: ENOENT (No such file or directory)");
  }

  @Test
  void variadicOpenPassesTheMode(@TempDir Path folder) throws Exception {
    int writeCreate = 01 | 0100;
    Path file = folder.resolve("new");

    try (Fd fd = Fd.owning(Libc.open(file.toString(), writeCreate, 0400), "create")) {
      assertThat(fd.number()).isNotNegative();
    }

    assertThat(java.nio.file.Files.getPosixFilePermissions(file))
        .containsExactly(java.nio.file.attribute.PosixFilePermission.OWNER_READ);
  }

  @Test
  void aDescriptorIsClosedOnceOnly() throws Exception {
    Fd fd = Fd.owning(Libc.open("/dev/null", 0, 0), "open");
    fd.close();
    fd.close();

    assertThatThrownBy(fd::number).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void errnoSpeaksLikeLibc() {
    assertThat(Errno.ENODEV).hasToString("ENODEV (No such device)");
    assertThat(new Errno(107)).isEqualTo(Errno.ENOTCONN);
    assertThat(new Errno(107).name()).isEqualTo("ENOTCONN");
    assertThat(new Errno(9999)).hasToString("errno 9999 (Unknown error)");
    assertThat(Errno.NONE).hasToString("success");
  }
}

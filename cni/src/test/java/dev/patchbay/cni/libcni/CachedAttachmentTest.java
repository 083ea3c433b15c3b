package dev.patchbay.cni.libcni;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.patchbay.cni.error.CniException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CachedAttachmentTest {
  private static final String CONF =
      Base64.getEncoder()
          .encodeToString(
              "{\"cniVersion\":\"1.0.0\",\"name\":\"n\",\"plugins\":[{\"type\":\"bridge\"}]}"
                  .getBytes(UTF_8));
  private static final String RECORD =
      "{'kind':'cniCacheV1','containerId':'c-1','config':'"
          + CONF
          + "','ifName':'eth0','networkName':'n','netns':'/run/netns/a','cniArgs':[['A','B']],"
          + "'capabilityArgs':{'mac':'x'},'result':{'cniVersion':'1.0.0'}}";

  @TempDir Path cache;

  @Test
  void recordOfTheReferenceLibraryIsEnoughForADel() throws IOException {
    CachedAttachment cached = CachedAttachment.read(write("n-c-1-eth0", RECORD));
    assertThat(cached.attachment()).hasToString("c-1/eth0");
    assertThat(cached.netns()).contains("/run/netns/a");
    assertThat(cached.network().plugins().getFirst().type()).isEqualTo("bridge");
    assertThat(cached.args()).hasToString("A=B");
    assertThat(cached.capabilityArgs()).containsOnlyKeys("mac");
    assertThat(cached.result()).isPresent();
    assertThat(CachedAttachment.files(cache)).hasSize(1);
  }

  @Test
  void missingCacheHasNoFiles() throws IOException {
    assertThat(CachedAttachment.files(cache.resolve("nowhere"))).isEmpty();
  }

  @ParameterizedTest(name = "corner 51: {0} becomes {1}, which names {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'kind':'cniCacheV1' | 'kind':'other' | kind",
        "'containerId':'c-1' | 'containerId':'/' | containerId",
        "'config':' | 'config':'! | config",
        "'ifName':'eth0' | 'ifName':'' | ifName",
        "[['A','B']] | [['A']] | cniArgs[0]",
        "'result':{ | 'result':{'a | not JSON"
      })
  void corruptRecordIsRefusedNamingTheFile(String part, String replacement, String named)
      throws IOException {
    Path file = write("x", RECORD.replace(part, replacement));
    CniException refusal =
        catchThrowableOfType(CniException.class, () -> CachedAttachment.read(file));
    assertThat(refusal).isNotNull();
    assertThat(refusal.error().msg()).contains(file.toString(), named);
  }

  private Path write(String name, String record) throws IOException {
    Path folder = Files.createDirectories(cache.resolve("results"));
    return Files.writeString(folder.resolve(name), record.replace('\'', '"'));
  }
}

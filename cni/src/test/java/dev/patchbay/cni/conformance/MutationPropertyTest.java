package dev.patchbay.cni.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.cni.conf.ConfParser;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.json.Json;
import dev.patchbay.cni.result.convert.Results;
import dev.patchbay.cni.skel.CniRequest;
import dev.patchbay.cni.skel.RequestParser;
import dev.patchbay.cni.version.CniVersion;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Whatever is done to good input, it is read or refused with an error for the runtime. */
class MutationPropertyTest {
  private static final String CONF =
      "{\"cniVersion\":\"1.1.0\",\"cniVersions\":[\"0.4.0\",\"1.1.0\"],\"name\":\"a\","
          + "\"disableCheck\":\"true\",\"disableGC\":false,\"plugins\":[{\"type\":\"bridge\","
          + "\"capabilities\":{\"mac\":true},\"ipam\":{\"type\":\"host-local\",\"n\":[1,null,2.5]}}]}";
  private static final String REQUEST =
      "{\"cniVersion\":\"1.1.0\",\"name\":\"a\",\"type\":\"bridge\",\"prevResult\":{\"cniVersion\":"
          + "\"1.0.0\",\"interfaces\":[{\"name\":\"eth0\",\"mtu\":1500}],\"ips\":[{\"interface\":0,"
          + "\"address\":\"10.0.0.1/8\",\"gateway\":\"fe80::1\"}],\"routes\":[{\"dst\":\"::/0\","
          + "\"scope\":0}],\"dns\":{\"search\":[\"x\"]}},\"cni.dev/valid-attachments\":"
          + "[{\"containerID\":\"c\",\"ifname\":\"eth0\"}]}";
  private static final List<String> PIECES =
      List.of(
          "",
          "null",
          "\"",
          "{",
          "}",
          "[",
          "]",
          ",",
          "-1",
          "1e999",
          "99999999999999999999",
          "true",
          "{}",
          "[]",
          "\"\"",
          "\\u0000",
          "\u0000",
          "/",
          "..",
          "é",
          "\\ud800",
          "%",
          ":");

  @Property(tries = 3000)
  void mutatedConfigurationIsReadOrRefused(
      @ForAll @IntRange(max = 400) int from,
      @ForAll @IntRange(max = 12) int length,
      @ForAll @IntRange(max = 22) int piece) {
    String mutated = mutate(CONF, from, length, piece);
    refusedProperly(() -> ConfParser.parse(mutated, "stdin"));
  }

  @Property(tries = 3000)
  void mutatedRequestIsReadOrRefused(
      @ForAll @IntRange(max = 500) int from,
      @ForAll @IntRange(max = 12) int length,
      @ForAll @IntRange(max = 22) int piece) {
    byte[] stdin = mutate(REQUEST, from, length, piece).getBytes(UTF_8);
    refusedProperly(
        () -> RequestParser.parse(Map.of("CNI_COMMAND", "GC", "CNI_PATH", "/opt/cni/bin"), stdin));
    refusedProperly(() -> {
      CniRequest request =
          RequestParser.parse(
              Map.of(
                  "CNI_COMMAND", "DEL",
                  "CNI_CONTAINERID", "c",
                  "CNI_IFNAME", "eth0",
                  "CNI_PATH", "/opt/cni/bin"),
              stdin);
      ((CniRequest.Del) request)
          .conf()
          .prevResult()
          .ifPresent(result -> Results.write(result, CniVersion.V0_2_0));
    });
  }

  private static String mutate(String text, int from, int length, int piece) {
    int start = Math.min(from, text.length());
    int end = Math.min(start + length, text.length());
    return text.substring(0, start) + PIECES.get(piece) + text.substring(end);
  }

  private static void refusedProperly(Runnable reading) {
    try {
      reading.run();
    } catch (CniException e) {
      assertThat(e.error().code()).isIn(1, 6, 7);
      assertThat(e.error().msg()).isNotBlank();
      assertThat(Json.bytes(e.error().toJson())).isNotEmpty();
    }
  }
}

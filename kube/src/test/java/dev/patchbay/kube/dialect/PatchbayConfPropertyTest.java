package dev.patchbay.kube.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.json.Fields;
import dev.patchbay.cni.json.Json;
import java.util.Map;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever stands in our own configuration is read or refused, and never anything else. */
class PatchbayConfPropertyTest {
  @Property(tries = 2000)
  void anyConfigurationIsReadOrRefused(@ForAll("configurations") Map<String, String> given) {
    String json =
        given.entrySet().stream()
            .map(field -> "\"" + field.getKey() + "\":" + field.getValue())
            .collect(Collectors.joining(",", "{", "}"));
    Fields fields = Fields.of(Json.object(json, "f"), "f", CniError.INVALID_NETWORK_CONFIG);
    try {
      PatchbayConf conf = PatchbayConf.parse(fields);
      assertThat(conf.notes()).hasSize(given.containsKey("odd") ? 1 : 0);
    } catch (CniException e) {
      assertThat(e.error().msg()).startsWith("f");
    }
  }

  @Provide
  Arbitrary<Map<String, String>> configurations() {
    Arbitrary<String> keys =
        Arbitraries.of(
            "delegates",
            "network",
            "genie",
            "defaultNetworks",
            "confDir",
            "networkDefinitions",
            "ifNamePrefix",
            "runtime",
            "odd");
    Arbitrary<String> values =
        Arbitraries.of(
            "null",
            "1",
            "true",
            "\"\"",
            "\"a\"",
            "\"/a/../b\"",
            "\"\\u0000\"",
            "[]",
            "[\"a\"]",
            "[{}]",
            "[{\"name\": \"a\", \"type\": \"b\"}]",
            "{}",
            "{\"conf\": \"/a\"}");
    return Arbitraries.maps(keys, values).ofMaxSize(4);
  }
}

package dev.patchbay.kube.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.cni.conf.ConfFolder;
import dev.patchbay.cni.conf.ConfParser;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.json.Json;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.NicRequest;
import dev.patchbay.kube.AnnotationSource;
import dev.patchbay.kube.PodFacts;
import dev.patchbay.kube.definition.DefinitionFolder;
import dev.patchbay.kube.definition.Networks;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever stands in an annotation is read or refused, and never anything else. */
class AnnotationPropertyTest {
  private static final String GENIE =
      "{\"name\": \"n\", \"type\": \"genie\", \"default_plugin\": \"a\"}";

  @Property(tries = 2000)
  void anyTextOfNetworksIsReadOrRefused(@ForAll("texts") String value) {
    try {
      List<NicRequest> requests = NpwgDialect.read(value, "ns").requests();
      assertThat(requests).allMatch(request -> request.namespace().isPresent());
    } catch (CniException e) {
      assertThat(e.error().msg()).contains("k8s.v1.cni.cncf.io/networks");
    }
  }

  @Property(tries = 2000)
  void anyElementOfNetworksIsReadOrRefused(@ForAll("elements") String value) {
    try {
      List<NicRequest> requests = NpwgDialect.read(value, "ns").requests();
      assertThat(requests).hasSize(1);
    } catch (CniException e) {
      assertThat(e.error().msg()).contains("k8s.v1.cni.cncf.io/networks");
    }
  }

  @Property(tries = 2000)
  void anyTextOfCniIsReadOrRefusedAndNamesAreDistinct(@ForAll("texts") String value) {
    try {
      List<Selected> nics = genie(value).nics();
      assertThat(nics).isNotEmpty();
      var names = new HashSet<Optional<IfName>>();
      assertThat(nics).allMatch(nic -> names.add(nic.request().ifName()));
    } catch (CniException e) {
      assertThat(e.error().msg()).contains("annotation cni");
    }
  }

  @Property
  void anyListOfKnownPluginsIsReadInItsOrder(@ForAll("plugins") List<String> plugins) {
    assertThat(genie(String.join(",", plugins)).nics())
        .extracting(nic -> nic.request().network())
        .containsExactlyElementsOf(plugins);
  }

  @Provide
  Arbitrary<List<String>> plugins() {
    return Arbitraries.of("a", "b", "c-d").list().ofMinSize(1).ofMaxSize(20);
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.oneOf(
        Arbitraries.strings().ofMaxLength(40),
        Arbitraries.strings().withChars("ab,@/ [{}]\":0.\\\n").ofMaxLength(30),
        Arbitraries.of("a", "b", "c-d", "@", ",", "x@y", " ", "null", "/").list().map(this::join));
  }

  @Provide
  Arbitrary<String> elements() {
    Arbitrary<String> keys =
        Arbitraries.of(
            "name",
            "namespace",
            "ips",
            "mac",
            "interface",
            "cni-args",
            "portMappings",
            "bandwidth",
            "default-route",
            "infiniband-guid",
            "ipam-claim-reference",
            "deviceID",
            "a.b");
    Arbitrary<String> values =
        Arbitraries.of(
            "\"a\"",
            "\"eth0\"",
            "null",
            "-1",
            "1e400",
            "99999999999999999999",
            "true",
            "[]",
            "{}",
            "[\"10.0.0.1/8\"]",
            "[\"::\"]",
            "[{\"hostPort\": 1, \"containerPort\": 2}]",
            "{\"ingressRate\": 1.5}",
            "{\"ingressRate\": 7}",
            "\"0a:00:00:00:00:01\"",
            "\"\\ud800\"",
            "[null]");
    return Arbitraries.maps(keys, values)
        .ofMaxSize(6)
        .map(fields -> {
          Map<String, String> all = new LinkedHashMap<>(Map.of("name", "\"a\""));
          all.putAll(fields);
          return "["
              + "{"
              + String.join(
                  ",",
                  all.entrySet().stream()
                      .map(field -> "\"" + field.getKey() + "\":" + field.getValue())
                      .toList())
              + "}]";
        });
  }

  private String join(List<String> parts) {
    return String.join("", parts);
  }

  private static Requested genie(String annotation) {
    Map<String, GenieFolder.Network> files = new LinkedHashMap<>();
    for (String plugin : List.of("a", "b", "c-d")) {
      String json = "{\"cniVersion\": \"1.0.0\", \"name\": \"n\", \"type\": \"x\"}";
      files.put(plugin, new GenieFolder.Network(ConfParser.parse(json, plugin), false));
    }
    return GenieDialect.read(
        GenieConf.parse(Json.object(GENIE, "stdin"), "stdin"),
        PodFacts.UNKNOWN.withAnnotations(Map.of("cni", annotation), AnnotationSource.PLUG),
        new GenieFolder(Path.of("/etc/cni/net.d"), files, Map.of(), List.of()),
        Networks.of(DefinitionFolder.NONE, new ConfFolder(List.of(), List.of())),
        new IfName("eth0"));
  }
}

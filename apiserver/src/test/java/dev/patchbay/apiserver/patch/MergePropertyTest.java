package dev.patchbay.apiserver.patch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.apiserver.fault.ApiFault;
import dev.patchbay.apiserver.resource.BuiltIns;
import dev.patchbay.apiserver.resource.Kind;
import dev.patchbay.apiserver.schema.Schema;
import dev.patchbay.apiserver.schema.WellKnown;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class MergePropertyTest {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final Schema POD = WellKnown.components().named("core.Pod");
  private static final Kind KIND =
      BuiltIns.all(Map.of()).stream().filter(kind -> kind.kind().equals("Pod")).findFirst().get();
  private static final List<Integer> FORESEEN = List.of(400, 413, 415, 422, 500);

  /** NICs of a pod: name → tag. */
  private static ObjectNode pod(Map<String, String> nics) {
    ObjectNode pod = NODES.objectNode();
    ArrayNode list = pod.putObject("spec").putArray("nics");
    nics.forEach((name, tag) -> list.addObject().put("name", name).put("tag", tag));
    return pod;
  }

  /** The patch that kubectl computes to come from one list to the other. */
  private static ObjectNode difference(Map<String, String> from, Map<String, String> to) {
    ObjectNode patch = NODES.objectNode();
    ObjectNode spec = patch.putObject("spec");
    ArrayNode order = spec.putArray("$setElementOrder/nics");
    to.keySet().forEach(name -> order.addObject().put("name", name));
    ArrayNode nics = spec.putArray("nics");
    to.forEach((name, tag) -> {
      if (!tag.equals(from.get(name))) {
        nics.addObject().put("name", name).put("tag", tag);
      }
    });
    from.keySet().stream()
        .filter(name -> !to.containsKey(name))
        .forEach(name -> nics.addObject().put("$patch", "delete").put("name", name));
    return patch;
  }

  @Provide
  Arbitrary<Map<String, String>> nics() {
    return Arbitraries.maps(
            Arbitraries.of("eth0", "eth1", "eth2", "net0", "net1", "x"),
            Arbitraries.of("a", "b", "c"))
        .ofMinSize(1)
        .ofMaxSize(6)
        .map(LinkedHashMap::new);
  }

  @Property
  void aComputedDifferenceLeadsFromOneListToTheOther(
      @ForAll("nics") Map<String, String> from, @ForAll("nics") Map<String, String> to) {
    ObjectNode after = StrategicMerge.apply(pod(from), difference(from, to), POD);
    assertThat(after).isEqualTo(pod(to));
  }

  @Property
  void applyingAPatchTwiceIsApplyingItOnce(
      @ForAll("nics") Map<String, String> from, @ForAll("nics") Map<String, String> named) {
    ObjectNode patch = pod(named);
    ObjectNode once = StrategicMerge.apply(pod(from), patch, POD);
    assertThat(StrategicMerge.apply(once, patch, POD)).isEqualTo(once);
  }

  @Property
  void aPatchTakesNothingAwayThatItDoesNotName(
      @ForAll("nics") Map<String, String> from, @ForAll("nics") Map<String, String> named) {
    Map<String, String> all = new LinkedHashMap<>(from);
    all.putAll(named);
    ObjectNode after = StrategicMerge.apply(pod(from), pod(named), POD);
    List<JsonNode> items = new ArrayList<>();
    pod(all).at("/spec/nics").forEach(items::add);
    assertThat(after.at("/spec/nics")).containsExactlyInAnyOrderElementsOf(items);
  }

  @Property
  void neitherTheObjectNorThePatchIsChanged(
      @ForAll("nics") Map<String, String> from, @ForAll("tree") JsonNode tree) {
    ObjectNode object = pod(from);
    ObjectNode patch = NODES.objectNode();
    patch.putObject("spec").set("nics", tree);
    ObjectNode copy = patch.deepCopy();
    attempt(() -> StrategicMerge.apply(object, patch, POD));
    assertThat(object).isEqualTo(pod(from));
    assertThat(patch).isEqualTo(copy);
  }

  @Provide
  Arbitrary<JsonNode> tree() {
    Arbitrary<JsonNode> leaf =
        Arbitraries.of(
            NODES.nullNode(),
            NODES.booleanNode(true),
            NODES.numberNode(0),
            NODES.numberNode(80.5),
            NODES.stringNode(""),
            NODES.stringNode("eth0"),
            NODES.stringNode("delete"),
            NODES.stringNode("replace"),
            NODES.stringNode("/spec/nics/0"),
            NODES.stringNode("add"));
    Arbitrary<String> keys =
        Arbitraries.of(
            "spec",
            "metadata",
            "nics",
            "containers",
            "name",
            "image",
            "env",
            "tag",
            "finalizers",
            "$patch",
            "$retainKeys",
            "$setElementOrder/nics",
            "$setElementOrder/finalizers",
            "$deleteFromPrimitiveList/finalizers",
            "op",
            "path",
            "from",
            "value");
    return below(3, leaf, keys);
  }

  private static Arbitrary<JsonNode> below(
      int depth, Arbitrary<JsonNode> leaf, Arbitrary<String> keys) {
    if (depth == 0) {
      return leaf;
    }
    Arbitrary<JsonNode> value = below(depth - 1, leaf, keys);
    Arbitrary<JsonNode> list =
        value
            .list()
            .ofMaxSize(4)
            .map(items -> {
              ArrayNode array = NODES.arrayNode();
              items.forEach(array::add);
              return array;
            });
    Arbitrary<JsonNode> object =
        Arbitraries.maps(keys, value)
            .ofMaxSize(5)
            .map(fields -> {
              ObjectNode node = NODES.objectNode();
              fields.forEach(node::set);
              return node;
            });
    return Arbitraries.oneOf(leaf, list, object);
  }

  @Property(tries = 3000)
  void anyBodyIsPatchedOrRefusedAsForeseen(
      @ForAll("tree") JsonNode body,
      @ForAll("mediaType") String mediaType,
      @ForAll("nics") Map<String, String> nics) {
    ObjectNode stored = pod(nics);
    stored.putObject("metadata").put("name", "p").putArray("finalizers").add("a/b");
    byte[] bytes = JsonMapper.shared().writeValueAsString(body).getBytes(StandardCharsets.UTF_8);
    attempt(() -> PatchBody.of(mediaType, KIND, bytes).apply(stored, false));
  }

  @Provide
  Arbitrary<String> mediaType() {
    return Arbitraries.of(
        "application/strategic-merge-patch+json",
        "application/merge-patch+json",
        "application/json-patch+json");
  }

  private static void attempt(Runnable patching) {
    try {
      patching.run();
    } catch (ApiFault fault) {
      assertThat(FORESEEN).contains(fault.code());
      assertThat(fault.getMessage()).isNotBlank();
    }
  }
}

package dev.patchbay.apiserver.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.patchbay.apiserver.fault.ApiFault;
import dev.patchbay.apiserver.fault.Cause;
import dev.patchbay.apiserver.patch.MergePatch;
import dev.patchbay.apiserver.patch.StrategicMerge;
import dev.patchbay.apiserver.schema.Schema;
import dev.patchbay.apiserver.schema.WellKnown;
import dev.patchbay.proof.Proves;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class PodRulesTest {
  private static final Schema POD = WellKnown.components().named("core.Pod");
  private static final PodRules RULES = new PodRules(3);

  private static ObjectNode json(String text) {
    return (ObjectNode) JsonMapper.shared().readTree(text.replace('\'', '"'));
  }

  private static ObjectNode created(String spec) {
    ObjectNode pod = json("{'metadata':{'name':'nginx-vm'},'spec':" + spec + "}");
    RULES.fillIn(pod);
    RULES.fillInNew(pod);
    return pod;
  }

  private static ObjectNode machine(String nics) {
    return created(
        "{'vpc':'vpcdemo','nics':" + nics + ",'virtualMachine':{'name':'cirros-vm','image':'i'}}");
  }

  private static List<Cause> patched(ObjectNode pod, String patch) {
    RULES.refuse(pod, json(patch));
    return changed(pod, StrategicMerge.apply(pod, json(patch), POD));
  }

  private static List<Cause> changed(ObjectNode pod, ObjectNode after) {
    RULES.keep(pod, after);
    RULES.fillIn(after);
    return RULES.wrongWhenChanged(pod, after);
  }

  private static List<String> fields(List<Cause> causes) {
    return causes.stream().map(Cause::field).toList();
  }

  @Test
  void aVirtualMachineLooksLikeOneContainerWithATerminal() {
    ObjectNode pod = machine("[{'name':'eth0'}]");
    assertThat(pod.at("/spec/containers/0/name").asString()).isEqualTo("cirros-vm");
    assertThat(pod.at("/spec/containers/0/image").asString()).isEqualTo("i");
    assertThat(pod.at("/spec/containers/0/tty").asBoolean()).isTrue();
    assertThat(pod.at("/spec/containers/0/stdin").asBoolean()).isTrue();
    assertThat(pod.at("/status/phase").asString()).isEqualTo("Pending");
    assertThat(RULES.wrongWhenCreated(pod)).isEmpty();
  }

  @Test
  void aVirtualMachineIsSwitchedByItsSpecAndItsImageStays() {
    ObjectNode pod = machine("[{'name':'eth0'}]");
    assertThat(patched(pod, "{'spec':{'virtualMachine':{'powerSpec':'Shutdown'}}}")).isEmpty();
    assertThat(patched(pod, "{'spec':{'virtualMachine':{'shutdownBehavior':'stop'}}}")).isEmpty();
    assertThat(patched(pod, "{'spec':{'virtualMachine':{'image':'other'}}}").toString())
        .contains("pod updates may not change fields");
    ObjectNode wrong = machine("[{'name':'eth0'}]");
    wrong.withObject("/spec/virtualMachine").put("powerSpec", "Off");
    assertThat(RULES.wrongWhenCreated(wrong).toString())
        .contains("spec.virtualMachine.powerSpec", "Running, Paused, Suspended, Shutdown");
  }

  @Test
  void aNicIsPluggedAndUnpluggedByStrategicMerge() {
    ObjectNode pod = machine("[{'name':'eth0'}]");
    assertThat(patched(pod, "{'spec':{'nics':[{'name':'eth1'}]}}")).isEmpty();
    ObjectNode two = StrategicMerge.apply(pod, json("{'spec':{'nics':[{'name':'eth1'}]}}"), POD);
    assertThat(two.at("/spec/nics/0/name").asString()).isEqualTo("eth1");
    assertThat(patched(two, "{'spec':{'nics':[{'$patch':'delete','name':'eth1'}]}}")).isEmpty();
  }

  @Test
  @Proves(value = "S001-07", part = "the API")
  void thePrimaryNicIsRemovedByNoPatch() {
    ObjectNode pod = machine("[{'name':'eth0'},{'name':'eth1'}]");
    for (String patch :
        List.of(
            "{'spec':{'nics':null}}",
            "{'spec':{'nics':[{'$patch':'replace'}]}}",
            "{'spec':{'nics':[{'name':'eth1'},{'$patch':'replace'}]}}",
            "{'spec':{'nics':[{'$patch':'delete','name':'eth0'}]}}")) {
      assertThat(fields(patched(pod, patch))).as(patch).containsExactly("spec.nics");
    }
    for (String patch : List.of("{'spec':{'nics':[]}}", "{'spec':{'nics':[{'name':'eth1'}]}}")) {
      assertThat(fields(changed(pod, MergePatch.apply(pod, json(patch)))))
          .as(patch)
          .containsExactly("spec.nics");
    }
  }

  @Test
  void thePrimaryNicIsTheFirstOfTheCreatedListWhereverItStandsLater() {
    ObjectNode pod = machine("[{'name':'net0'}]");
    ObjectNode two = StrategicMerge.apply(pod, json("{'spec':{'nics':[{'name':'a'}]}}"), POD);
    two.withObjectProperty("metadata").putObject("annotations").put(NicChange.PRIMARY, "a");
    RULES.keep(pod, two);
    assertThat(patched(two, "{'spec':{'nics':[{'$patch':'delete','name':'a'}]}}")).isEmpty();
    assertThat(patched(two, "{'spec':{'nics':[{'$patch':'delete','name':'net0'}]}}"))
        .extracting(Cause::message)
        .containsExactly(
            "Forbidden: the primary NIC net0 may not be removed; keep it in the list, or delete"
                + " the pod");
  }

  @Test
  @Proves(value = "S001-07", part = "the API")
  void whatANicIsMadeOfDoesNotChange() {
    ObjectNode pod = machine("[{'name':'eth0','portId':'p1','ipAddress':'10.0.0.7','tag':'t'}]");
    assertThat(
            fields(
                patched(
                    pod,
                    "{'spec':{'vpc':'other','nics':[{'name':'eth0','portId':'p2','ipAddress':"
                        + "'10.0.0.8','tag':null,'subnetName':'s','$retainKeys':"
                        + "['name','portId','ipAddress','subnetName']}]}}")))
        .containsExactly(
            "spec.vpc",
            "spec.nics[0].subnetName",
            "spec.nics[0].portId",
            "spec.nics[0].ipAddress",
            "spec.nics[0].tag");
  }

  @Test
  void anEmptyPortIdMayBeSet() {
    ObjectNode pod = machine("[{'name':'eth0','portId':''}]");
    assertThat(patched(pod, "{'spec':{'nics':[{'name':'eth0','portId':'p1'}]}}")).isEmpty();
  }

  @Test
  @Proves(value = "S001-07", part = "the API")
  void badNamesDuplicatesAndTooManyAreToldWithTheirFields() {
    assertThat(fields(RULES.wrongWhenCreated(machine("[{'name':'eth0'},{'name':'eth0'}]"))))
        .containsExactly("spec.nics[1].name");
    assertThat(
            fields(
                RULES.wrongWhenCreated(
                    machine("[{'name':'a/b'},{'name':'sixteen-bytes-xx'},{'name':'ää'}]"))))
        .containsExactly("spec.nics[0].name", "spec.nics[1].name");
    assertThat(fields(RULES.wrongWhenCreated(machine("[{},{},{},{'portId':'A_b'}]"))))
        .containsExactly("spec.nics", "spec.nics[3].portId");
    assertThat(
            fields(
                RULES.wrongWhenCreated(
                    machine("[{'portId':'p','ipAddress':'10.0.0.7/24'},{'portId':'p'}]"))))
        .containsExactly("spec.nics[0].ipAddress", "spec.nics[1].portId");
  }

  @Test
  @Proves(value = "S001-06", part = "the API")
  void anUnnamedNicRefusesHotplugBeforeTheMerge() {
    ObjectNode pod = machine("[{}]");
    for (String patch :
        List.of(
            "{'spec':{'nics':[{'name':'eth1'}]}}",
            "{'spec':{'nics':null}}",
            "{'spec':{'$setElementOrder/nics':[{'name':'eth1'}],'nics':[{'name':'eth1'}]}}")) {
      assertThatThrownBy(() -> patched(pod, patch))
          .as(patch)
          .isInstanceOf(ApiFault.class)
          .hasMessageContaining("spec.nics[0].name: Forbidden: this NIC got no name");
    }
    assertThat(patched(pod, "{'metadata':{'labels':{'a':'1'}}}")).isEmpty();
  }

  @Test
  @Proves(value = "S001-06", part = "the API")
  void aPodThatNeverHadAListTakesMoreNicsButNotItsFirstOne() {
    ObjectNode pod = created("{'containers':[{'name':'a','image':'i'}]}");
    assertThat(patched(pod, "{'spec':{'nics':[{'name':'eth1'}]}}")).isEmpty();
    assertThat(fields(patched(pod, "{'spec':{'nics':[{'name':'eth0'}]}}")))
        .containsExactly("spec.nics[0].name");
    ObjectNode two = StrategicMerge.apply(pod, json("{'spec':{'nics':[{'name':'eth1'}]}}"), POD);
    assertThat(patched(two, "{'spec':{'nics':[{'$patch':'delete','name':'eth1'}]}}")).isEmpty();
  }

  @Test
  void aNewNicNeedsAName() {
    ObjectNode pod = machine("[{'name':'eth0'}]");
    ObjectNode after = MergePatch.apply(pod, json("{'spec':{'nics':[{'name':'eth0'},{}]}}"));
    assertThat(fields(changed(pod, after))).containsExactly("spec.nics[1].name");
  }
}

package dev.patchbay.linux.apply;

import static dev.patchbay.linux.apply.Lab.HOST_END;
import static dev.patchbay.linux.apply.Lab.NET1;
import static dev.patchbay.linux.apply.Lab.deleteVeth;
import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.MacvlanMode;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.Link;
import dev.patchbay.core.plan.LinkOp;
import dev.patchbay.core.plan.Performed;
import dev.patchbay.core.plan.Ref;
import dev.patchbay.linux.rtnetlink.KernelLink;
import dev.patchbay.linux.rtnetlink.LinkSetting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class DeleteLinksLiveTest {
  private Lab lab;

  @BeforeEach
  void makeLab() throws Exception {
    lab = new Lab();
  }

  @AfterEach
  void dropLab() throws Exception {
    if (lab != null) {
      lab.close();
    }
  }

  private static MacAddress mac(int high, int n) {
    return new MacAddress("02:00:00:00:%02x:%02x".formatted(high, n));
  }

  private List<LinkOp> cables(int count) {
    List<LinkOp> deletes = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      IfName host = new IfName("h" + n);
      Ref<Link> hostRef = new Ref<>("h" + n);
      lab.done(
          new LinkOp.AddVeth(
              Netns.HOST,
              host,
              mac(1, n),
              lab.pod,
              new IfName("p" + n),
              mac(2, n),
              OptionalInt.empty(),
              Optional.empty(),
              hostRef,
              new Ref<>("p" + n)));
      deletes.add(new LinkOp.DeleteLink(Netns.HOST, host, mac(1, n), hostRef));
    }
    return deletes;
  }

  private void assertAllDone(List<LinkOp> ops) {
    assertThat(lab.kernel.execute(ops, lab.bound))
        .hasSize(ops.size())
        .allMatch(Performed.Done.class::isInstance);
  }

  private List<String> names(Netns netns) throws Exception {
    return lab.look(netns, (_, socket) -> socket.links()).stream()
        .map(link -> link.name().value())
        .sorted()
        .toList();
  }

  @Test
  void manyGoTogetherAndAStrangerStays() throws Exception {
    List<LinkOp> deletes = cables(8);
    lab.strangersVeth(Netns.HOST, new IfName("stranger"));
    lab.set(Netns.HOST, new IfName("stranger"), new LinkSetting.Group(7));

    assertAllDone(deletes);

    assertThat(names(Netns.HOST)).containsExactly("lo", "stranger", "strangerp");
    assertThat(names(lab.pod)).containsExactly("lo");
    assertThat(lab.onHost(new IfName("stranger")).group()).isEqualTo(7);
    assertThat(lab.onHost(new IfName("strangerp")).group()).isZero();
  }

  @Test
  void deletingTwiceIsDone() {
    List<LinkOp> deletes = cables(3);

    assertAllDone(deletes);
    assertAllDone(deletes);
  }

  @Test
  void anAbsentLinkIsDeletedAlready() {
    lab.done(deleteVeth());
  }

  @Test
  void anAbsentNamespaceHasNoLinks() throws Exception {
    lab.deletePod("pod");

    lab.done(new LinkOp.DeleteLink(lab.pod, NET1, mac(2, 2), new Ref<>("never")));
  }

  @Test
  void anotherNamespaceUnderThePathKeepsItsLinks() throws Exception {
    lab.deletePod("pod");
    Netns second = lab.newPod("pod");
    KernelLink there = lab.strangersVeth(second, NET1);

    lab.done(
        new LinkOp.DeleteLink(lab.pod, NET1, there.address().orElseThrow(), new Ref<>("never")));

    assertThat(lab.find(second, NET1)).isPresent();
  }

  @Test
  void withoutABindingOurNameAndAddressTellTheLink() throws Exception {
    lab.done(lab.veth(Optional.empty()));
    lab.bound = Bindings.NONE;

    lab.done(deleteVeth());

    assertThat(lab.find(Netns.HOST, HOST_END)).isEmpty();
  }

  @Test
  void aStrangerOfOurNameIsLeftAlone() throws Exception {
    lab.strangersVeth(Netns.HOST, HOST_END);

    lab.done(deleteVeth());

    assertThat(lab.find(Netns.HOST, HOST_END)).isPresent();
  }

  @Test
  void aBoundLinkThatWasRenamedIsStillOurs() throws Exception {
    lab.done(lab.veth(Optional.empty()));
    lab.set(Netns.HOST, HOST_END, new LinkSetting.Name(new IfName("renamed")));

    lab.done(deleteVeth());

    assertThat(names(Netns.HOST)).containsExactly("lo");
  }

  @Test
  void oneThatCannotBeDeletedDoesNotKeepTheOthers() throws Exception {
    List<LinkOp> deletes = new ArrayList<>(cables(3));
    Ref<Link> loopback = new Ref<>("lo");
    MacAddress none = new MacAddress("00:00:00:00:00:00");
    IfName lo = new IfName("lo");
    lab.bind(loopback, new Link(Netns.HOST, 1, lo, none, 65536));
    deletes.add(1, new LinkOp.DeleteLink(Netns.HOST, lo, none, loopback));

    List<Performed> outcomes = lab.kernel.execute(deletes, lab.bound);

    assertThat(outcomes.get(1)).isInstanceOf(Performed.Failed.class);
    assertThat(List.of(outcomes.get(0), outcomes.get(2), outcomes.get(3)))
        .allMatch(Performed.Done.class::isInstance);
    assertThat(names(Netns.HOST)).containsExactly("lo");
    assertThat(lab.onHost(lo).group()).isZero();
  }

  @Test
  void linksOfSeveralNamespacesGoInOneBatchWithOtherOps() throws Exception {
    List<LinkOp> batch = new ArrayList<>(cables(2));
    lab.strangersVeth(Netns.HOST, new IfName("parent"));
    Ref<Link> first = new Ref<>("m1");
    Ref<Link> second = new Ref<>("m2");
    lab.done(macvlan("m1", mac(3, 1), first), macvlan("m2", mac(3, 2), second));
    batch.add(1, new LinkOp.DeleteLink(lab.pod, new IfName("m1"), mac(3, 1), first));
    batch.add(2, new LinkOp.SetUp(lab.pod, new IfName("lo")));
    batch.add(new LinkOp.DeleteLink(lab.pod, new IfName("m2"), mac(3, 2), second));

    assertAllDone(batch);

    assertThat(names(Netns.HOST)).containsExactly("lo", "parent", "parentp");
    assertThat(names(lab.pod)).containsExactly("lo");
    assertThat(lab.inPod(new IfName("lo")).isUp()).isTrue();
  }

  private LinkOp macvlan(String name, MacAddress mac, Ref<Link> ref) {
    return new LinkOp.AddMacvlan(
        Netns.HOST,
        new IfName("parent"),
        lab.pod,
        new IfName(name),
        MacvlanMode.BRIDGE,
        mac,
        OptionalInt.empty(),
        OptionalInt.empty(),
        ref);
  }
}

package dev.patchbay.core.plan;

import static dev.patchbay.core.plan.Wanting.ETH0;
import static dev.patchbay.core.plan.Wanting.HOST;
import static dev.patchbay.core.plan.Wanting.NO;
import static dev.patchbay.core.plan.Wanting.SANDBOX;
import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.core.nic.NicKind;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds for the plan of any NICs. */
class AttachPlannerPropertyTest {
  @Property(tries = 300)
  void everythingThatAnOpNamesHasBeenYieldedBeforeAndByOneOpOnly(
      @ForAll("wanted") List<Attachment> wanted) {
    Set<String> yielded = new HashSet<>();
    plan(wanted)
        .whole()
        .steps()
        .forEach(step -> {
          List<String> yields = yields(step.op()).map(Ref::name).toList();
          Set<String> named = new HashSet<>(names(step.op()));
          assertThat(yields).noneMatch(yielded::contains);
          yields.forEach(named::remove);
          assertThat(yielded).as("before %s", OpText.of(step.op())).containsAll(named);
          yielded.addAll(yields);
        });
    for (PlannedNic nic : plan(wanted).nics()) {
      assertThat(yielded).containsAll(names(nic.result()));
      nic.plan()
          .steps()
          .flatMap(step -> step.undo().stream())
          .forEach(undo -> assertThat(yielded).containsAll(names(undo)));
    }
  }

  @Property(tries = 300)
  void everythingMadeCanBeTakenBackExceptWhatIsSharedOrGoesWithItsLink(
      @ForAll("wanted") List<Attachment> wanted) {
    plan(wanted)
        .whole()
        .steps()
        .forEach(step ->
            assertThat(step.undo().isPresent())
                .as(OpText.of(step.op()))
                .isEqualTo(needsUndo(step.op())));
  }

  @Property(tries = 300)
  void namesOfANicAreItsOwnSoThatNicsCanBeJournalledApart(
      @ForAll("wanted") List<Attachment> wanted) {
    for (PlannedNic nic : plan(wanted).nics()) {
      String prefix = nic.attachment().ifName() + ".";
      nic.plan()
          .steps()
          .forEach(step -> assertThat(names(step.op())).allMatch(n -> n.startsWith(prefix)));
    }
  }

  @Property(tries = 100)
  void everyStepSaysInWordsWhatAndWhy(@ForAll("wanted") List<Attachment> wanted) {
    plan(wanted)
        .whole()
        .steps()
        .forEach(step -> {
          assertThat(OpText.of(step.op())).isNotBlank().doesNotContain("Optional", "[", "\n");
          step.undo().ifPresent(undo -> assertThat(OpText.of(undo)).doesNotContain("Optional"));
          assertThat(step.why()).isNotBlank();
        });
  }

  private static AttachPlanner.Planning.Ready plan(List<Attachment> wanted) {
    return (AttachPlanner.Planning.Ready)
        AttachPlanner.plan(SANDBOX, wanted, Optional.of(ETH0), HOST);
  }

  private static Stream<? extends Ref<?>> yields(Op op) {
    return switch (op) {
      case LinkOp.EnsureBridge it -> Stream.of(it.made());
      case LinkOp.AddVeth it -> Stream.of(it.hostEnd(), it.podEnd());
      case LinkOp.AddMacvlan it -> Stream.of(it.made());
      case LinkOp.AddTap it -> Stream.of(it.made());
      case LinkOp.MoveDevice it -> Stream.<Ref<?>>of(it.before(), it.moved());
      case LinkOp.SetLoopbackUp it -> Stream.<Ref<?>>of(it.loopback(), it.addresses());
      case LinkOp.Tune it -> Stream.<Ref<?>>of(it.before(), it.after());
      case LinkOp.HandOver it -> Stream.of(it.handed());
      case LeaseOp.Reserve it -> Stream.of(it.lease());
      case LeaseOp.Fixed it -> Stream.of(it.lease());
      case ExecOp.Add it -> Stream.of(it.result());
      case ExecOp.Allocate it -> Stream.of(it.lease());
      case LinkOp _, LeaseOp _, PortOp _, ExecOp _, GuestOp _, AwaitOp _ -> Stream.of();
    };
  }

  private static boolean needsUndo(Op op) {
    return switch (op) {
      case LinkOp.AddVeth _,
          LinkOp.AddMacvlan _,
          LinkOp.AddTap _,
          LinkOp.MoveDevice _,
          LinkOp.SetLoopbackUp _,
          LinkOp.Tune _,
          LinkOp.HandOver _,
          GuestOp.PlugDevice _,
          LeaseOp.Reserve _,
          ExecOp.Add _,
          ExecOp.Allocate _ ->
          true;
      case LinkOp _, LeaseOp _, PortOp _, ExecOp _, GuestOp _, AwaitOp _ -> false;
    };
  }

  /** The names of all Refs anywhere inside a value. */
  private static List<String> names(Object value) {
    List<String> names = new ArrayList<>();
    collect(value, names);
    return names;
  }

  private static void collect(Object value, List<String> names) {
    switch (value) {
      case Ref<?>(var name) -> names.add(name);
      case Optional<?> some -> some.ifPresent(inner -> collect(inner, names));
      case Iterable<?> many -> many.forEach(inner -> collect(inner, names));
      case Record record -> {
        for (RecordComponent component : record.getClass().getRecordComponents()) {
          try {
            component.getAccessor().setAccessible(true);
            collect(component.getAccessor().invoke(record), names);
          } catch (ReflectiveOperationException e) {
            throw new LinkageError(component.toString(), e);
          }
        }
      }
      default -> {
        // numbers, text and addresses name nothing
      }
    }
  }

  @Provide
  Arbitrary<List<Attachment>> wanted() {
    return chains()
        .list()
        .ofMinSize(1)
        .ofMaxSize(3)
        .map(chains -> {
          List<Attachment> nics = new ArrayList<>();
          for (List<Attachment.Member> chain : chains) {
            nics.add(Wanting.nic("eth" + nics.size(), chain.toArray(Attachment.Member[]::new)));
          }
          return nics;
        });
  }

  private static Arbitrary<List<Attachment.Member>> chains() {
    Arbitrary<Attachment.Member> first =
        Arbitraries.oneOf(
            Combinators.combine(kinds(), ipams()).as(Wanting::made),
            Arbitraries.of("flannel", "calico").map(Wanting::plugin));
    Arbitrary<Attachment.Member> further =
        Arbitraries.of(Wanting.tuning(), Wanting.plugin("portmap"), Wanting.plugin("bandwidth"));
    return Combinators.combine(first, further.list().ofMaxSize(3))
        .as((head, tail) -> Stream.concat(Stream.of(head), tail.stream()).toList());
  }

  private static Arbitrary<NicKind> kinds() {
    return Arbitraries.of(
        Wanting.bridge(),
        Wanting.gateway(),
        Wanting.macvlan(Optional.empty(), NO, false),
        Wanting.macvlan(Optional.of(ETH0), NO, true),
        Wanting.hostDevice("eth9"),
        Wanting.ptp(),
        Wanting.tap(),
        new NicKind.Loopback());
  }

  private static Arbitrary<Attachment.Ipam> ipams() {
    return Arbitraries.of(
        Wanting.NO_IPAM, Wanting.hostLocal(), Wanting.fixed("10.1.0.2/24"), Wanting.dhcp());
  }
}

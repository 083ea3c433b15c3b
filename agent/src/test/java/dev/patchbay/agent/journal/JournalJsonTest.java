package dev.patchbay.agent.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.patchbay.core.nic.Addressing;
import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.Dns;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.nic.NicState;
import dev.patchbay.core.nic.Origin;
import dev.patchbay.core.nic.Owner;
import dev.patchbay.core.nic.Route;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.DelegateResult;
import dev.patchbay.core.plan.Lease;
import dev.patchbay.core.plan.Link;
import dev.patchbay.core.plan.LinkSettings;
import dev.patchbay.core.plan.MovedDevice;
import dev.patchbay.core.plan.TunedSettings;
import dev.patchbay.core.plan.Yield;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;

class JournalJsonTest {
  private static <T> void staysTheSame(T value, Class<T> type) {
    String json = JournalJson.MAPPER.writeValueAsString(value);
    assertThat(JournalJson.MAPPER.readValue(json, type)).isEqualTo(value);
  }

  @Property(tries = 300)
  void everyRecordIsReadBackAsItWas(@ForAll("records") NicRecord record) {
    staysTheSame(record, NicRecord.class);
  }

  @Property(tries = 300)
  void everyStoryIsReadBackAsItWas(@ForAll("stories") Story story) {
    staysTheSame(story, Story.class);
  }

  @Test
  void bindingsKeepTheirOrder() {
    var bound =
        Bindings.NONE
            .and(new Bindings(Map.of("z", new DelegateResult("{}"))))
            .and(new Bindings(Map.of("a", new DelegateResult("{}"))));
    String json = JournalJson.MAPPER.writeValueAsString(bound);
    assertThat(JournalJson.MAPPER.readValue(json, Bindings.class).values().keySet())
        .containsExactly("z", "a");
  }

  /** A silent default would make DEL forget something. */
  @Test
  void recordOfAnotherFormatIsRefusedNotGuessed() {
    String json = JournalJson.MAPPER.writeValueAsString(Records.attached("c1", "eth0"));
    assertThatThrownBy(() ->
            JournalJson.MAPPER.readValue(json.replace("\"bootId\"", "\"boot\""), NicRecord.class))
        .isInstanceOf(JacksonException.class);
    assertThatThrownBy(() ->
            JournalJson.MAPPER.readValue(
                json.replace("\"is\":\"AddTap\"", "\"is\":\"AddTub\""), NicRecord.class))
        .isInstanceOf(JacksonException.class);
  }

  @Provide
  Arbitrary<NicRecord> records() {
    Arbitrary<Owner> owners =
        Arbitraries.strings()
            .ofMaxLength(12)
            .flatMap(text ->
                Arbitraries.of(
                    new Owner.Pod(text), new Owner.Vm(text), new Owner.Container("/bin/x", text)));
    Arbitrary<Instant> times =
        Arbitraries.longs()
            .between(0, 4_000_000_000L)
            .map(s -> Instant.ofEpochSecond(s, s % 1_000));
    return Combinators.combine(
            owners,
            yields().list().ofMaxSize(4),
            Arbitraries.of(NicState.class),
            times,
            Arbitraries.strings().optional(),
            Arbitraries.longs())
        .as((owner, yields, state, at, trouble, cookie) -> {
          NicRecord some = Records.attached("c1", "eth0");
          return new NicRecord(
              new NicKey(owner, new IfName("net1"), "c1"),
              new Caller(trouble.orElse(""), "blue", Optional.empty(), trouble, Optional.empty()),
              yields.size(),
              new Netns("/run/netns/x", cookie),
              some.planned(),
              bindings(yields),
              state,
              "boot",
              at,
              trouble);
        });
  }

  private static Bindings bindings(List<Yield> yields) {
    Bindings bound = Bindings.NONE;
    for (Yield value : yields) {
      bound = bound.and(new Bindings(Map.of("ref" + bound.values().size(), value)));
    }
    return bound;
  }

  private static Arbitrary<Yield> yields() {
    Arbitrary<MacAddress> macs =
        Arbitraries.bytes().array(byte[].class).ofSize(6).map(MacAddress::of);
    Arbitrary<Integer> numbers = Arbitraries.integers().greaterOrEqual(0);
    return Arbitraries.oneOf(
        Combinators.combine(macs, numbers)
            .as((mac, n) ->
                new Link(new Netns("/run/netns/x", n), n, new IfName("eth0"), mac, 1500)),
        Arbitraries.strings().map(DelegateResult::new),
        addressings().map(Lease::new),
        Combinators.combine(macs, numbers, Arbitraries.strings().optional())
            .as((mac, n, pci) ->
                new MovedDevice(
                    new IfName("ens1"),
                    mac,
                    Optional.of(mac),
                    pci,
                    n,
                    n,
                    n % 2 == 0,
                    n % 3 == 0,
                    n % 5 == 0,
                    pci,
                    n)),
        Combinators.combine(Arbitraries.strings(), numbers)
            .as((text, n) ->
                new TunedSettings(
                    new LinkSettings(
                        Map.of("net.x", text),
                        Optional.empty(),
                        OptionalInt.of(n),
                        Optional.of(true),
                        Optional.empty(),
                        OptionalInt.empty()))));
  }

  private static Arbitrary<Addressing> addressings() {
    Arbitrary<Cidr> cidrs =
        Arbitraries.of("10.1.0.2/24", "2001:db8::2/64", "::/0").map(Cidr::parse);
    Arbitrary<Route> routes =
        Combinators.combine(cidrs, Arbitraries.integers().between(0, 255))
            .as((dst, n) ->
                new Route(
                    dst,
                    Optional.of(Cidr.ip("fe80::1")),
                    OptionalInt.of(n),
                    OptionalInt.empty(),
                    OptionalInt.of(0),
                    OptionalInt.empty(),
                    OptionalInt.of(n)));
    return Combinators.combine(
            cidrs.map(ip -> new Addressing.Ip(ip, Optional.of(ip.address()))).list().ofMaxSize(3),
            routes.list().ofMaxSize(3),
            Arbitraries.strings().ofMaxLength(10))
        .as((ips, all, text) ->
            new Addressing(
                ips,
                all,
                new Dns(List.of(text), Optional.of(text), List.of(), List.of(text, text))));
  }

  @Provide
  Arbitrary<Story> stories() {
    Arbitrary<String> texts = Arbitraries.strings().ofMaxLength(20);
    Arbitrary<Story.Line> lines =
        Combinators.combine(texts, texts, Arbitraries.longs(), texts).as(Story.Line::new);
    return Combinators.combine(texts, texts, lines.list().ofMaxSize(4), texts)
        .as((pod, verb, all, trouble) ->
            new Story(
                Records.key("c1", "eth0"),
                pod,
                Records.SINCE,
                verb,
                "attached",
                new Origin(pod, verb, trouble),
                "blue",
                all,
                trouble));
  }
}

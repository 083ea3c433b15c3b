package dev.patchbay.agent.vm;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.vm.dhcp.GatewaySearch;
import dev.patchbay.vm.dhcp.NicTalk;
import dev.patchbay.vm.dhcp.NicTalk.Fact;
import dev.patchbay.vm.dhcp.Wires;
import dev.patchbay.vm.dhcp.Wires.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves every NIC of every guest of this node on its tap: DHCP, DHCPv6, router advertisements. It
 * keeps nothing of its own: what the journal has is served, also after a restart.
 */
public final class Responders implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Responders.class);

  /** Well below the lifetime of an advertised router. */
  private static final Duration ANNOUNCED_EVERY = Duration.ofMinutes(10);

  private static final long FIRST_PAUSE = 500;
  private static final long LONGEST_PAUSE = 30_000;

  private final Wires wires;
  private final Supplier<List<GuestNic>> wanted;
  private final Audience audience;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<GuestNic.Id, Served> served = new HashMap<>();
  private final Map<GuestNic.Id, String> troubles = new HashMap<>();
  private final ReentrantLock poking = new ReentrantLock();
  private final CountDownLatch closed = new CountDownLatch(1);
  private boolean due;
  private boolean under;
  private boolean waiting;
  private long pause = FIRST_PAUSE;

  /** Who wants to know what is learnt of guests. */
  public interface Audience {
    /** Nobody. */
    Audience NONE =
        new Audience() {
          @Override
          public void serves(Collection<GuestNic> all) {}

          @Override
          public void heard(GuestNic nic, Fact fact) {}
        };

    /** These are the NICs from now on. */
    void serves(Collection<GuestNic> all);

    /** A guest has said something; must not wait for anything. */
    void heard(GuestNic nic, Fact fact);
  }

  /**
   * Serves nothing before the first {@link #sync}.
   *
   * @param wanted the NICs to serve, read anew each time
   */
  public Responders(Wires wires, Supplier<List<GuestNic>> wanted, Audience audience) {
    this.wires = wires;
    this.wanted = wanted;
    this.audience = audience;
    Thread.ofVirtual().name("guest announcements").start(this::announce);
  }

  /** Serves exactly what is wanted now; when it returns, whatever can be served is served. */
  public void sync() {
    lock.lock();
    try {
      if (closed.getCount() == 0) {
        return;
      }
      Map<GuestNic.Id, GuestNic> now = new LinkedHashMap<>();
      wanted.get().forEach(nic -> now.put(nic.id(), nic));
      served.entrySet().removeIf(entry -> entry.getValue().isOver(now.get(entry.getKey())));
      troubles.keySet().retainAll(now.keySet());
      audience.serves(List.copyOf(now.values()));
      now.values().forEach(this::serve);
      if (troubles.isEmpty()) {
        pause = FIRST_PAUSE;
      } else if (!waiting) {
        waiting = true;
        later(pause);
        pause = Math.min(2 * pause, LONGEST_PAUSE);
      }
    } finally {
      lock.unlock();
    }
  }

  /** The same soon, by another thread; many calls come to few. */
  public void poke() {
    poking.lock();
    try {
      due = true;
      if (!under) {
        under = true;
        Thread.ofVirtual().name("guest responders").start(this::syncWhileDue);
      }
    } finally {
      poking.unlock();
    }
  }

  private void syncWhileDue() {
    while (isDue()) {
      try {
        sync();
      } catch (RuntimeException e) {
        LOG.error("Patchbay: a defect: guests' NICs are not served: {}", e.toString(), e);
      }
    }
  }

  private boolean isDue() {
    poking.lock();
    try {
      under = due;
      due = false;
      return under;
    } finally {
      poking.unlock();
    }
  }

  /** A tap that is not there yet will be, or its NIC is wanted no more. */
  private void later(long millis) {
    Thread.ofVirtual()
        .name("guest responders again")
        .start(() -> {
          try {
            boolean over = closed.await(millis, TimeUnit.MILLISECONDS);
            lock.lock();
            try {
              waiting = false;
            } finally {
              lock.unlock();
            }
            if (!over) {
              poke();
            }
          } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
          }
        });
  }

  private void serve(GuestNic nic) {
    Served there = served.get(nic.id());
    if (there != null) {
      if (!there.nic.equals(nic)) {
        there.nic = nic;
        there.announce();
      }
      return;
    }
    try {
      Served fresh = new Served(nic);
      fresh.open();
      served.put(nic.id(), fresh);
      troubles.remove(nic.id());
    } catch (IOException e) {
      String why = "" + e.getMessage();
      if (!why.equals(troubles.put(nic.id(), why))) {
        LOG.warn("Patchbay: {} is not served yet: {}", nic, why);
      }
    }
  }

  /** The NICs that are served now. */
  public List<GuestNic> all() {
    lock.lock();
    try {
      return served.values().stream().filter(one -> !one.gone).map(one -> one.nic).toList();
    } finally {
      lock.unlock();
    }
  }

  /** Asks a guest whether it has its addresses; the audience hears the answer. */
  public void ask(GuestNic.Id nic) {
    lock.lock();
    try {
      Served one = served.get(nic);
      if (one != null) {
        one.ask();
      }
    } finally {
      lock.unlock();
    }
  }

  private void announce() {
    try {
      while (!closed.await(ANNOUNCED_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        List<Served> all;
        lock.lock();
        try {
          all = new ArrayList<>(served.values());
        } finally {
          lock.unlock();
        }
        all.forEach(Served::announce);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** One NIC: its wires live until it is wanted no more, or until they are gone. */
  private final class Served {
    private volatile GuestNic nic;
    private volatile boolean gone;
    private volatile Optional<MacAddress> gateway = Optional.empty();
    private volatile Optional<Wire> tap = Optional.empty();
    private volatile Optional<Wire> network = Optional.empty();

    Served(GuestNic nic) {
      this.nic = nic;
    }

    void open() throws IOException {
      tap = Optional.of(listen(nic.tap(), this::guestSays));
      try {
        if (search().isPresent()) {
          network = Optional.of(listen(nic.nic(), this::networkSays));
        }
      } catch (IOException e) {
        close();
        throw e;
      }
      announce();
      ask();
    }

    void ask() {
      nic.talk().questions().forEach(frame -> tap.ifPresent(wire -> wire.send(frame)));
    }

    private Wire listen(IfName link, Consumer<byte[]> heard) throws IOException {
      return wires.open(
          nic.netns(),
          link,
          new Wires.Ear() {
            @Override
            public void heard(byte[] frame) {
              heard.accept(frame);
            }

            @Override
            public void gone() {
              gone = true;
              close();
            }
          });
    }

    /** Whether it ends here: unwanted, or to be served by other wires. */
    boolean isOver(@Nullable GuestNic now) {
      boolean over =
          gone
              || now == null
              || !now.netns().equals(nic.netns())
              || !now.tap().equals(nic.tap())
              || !now.gateway().equals(nic.gateway());
      if (over) {
        close();
      }
      return over;
    }

    private NicTalk talk() {
      NicTalk talk = nic.talk();
      return gateway.map(talk::reaching).orElse(talk);
    }

    private void guestSays(byte[] frame) {
      GuestNic now = nic;
      NicTalk.Turn turn = talk().hears(frame);
      turn.frames().forEach(answer -> tap.ifPresent(wire -> wire.send(answer)));
      turn.facts().forEach(fact -> audience.heard(now, fact));
      if (!turn.answers().isEmpty() && gateway.isEmpty()) {
        seek();
      }
    }

    private Optional<GatewaySearch> search() {
      return nic.gateway()
          .flatMap(asked ->
              nic.talk()
                  .lease6()
                  .map(lease ->
                      new GatewaySearch(nic.talk().guest(), lease.ips().getFirst(), asked)));
    }

    private void seek() {
      network.ifPresent(wire -> search().ifPresent(search -> wire.send(search.question())));
    }

    private void networkSays(byte[] frame) {
      search()
          .flatMap(search -> search.answer(frame))
          .filter(mac -> !gateway.equals(Optional.of(mac)))
          .ifPresent(mac -> {
            gateway = Optional.of(mac);
            announce();
          });
    }

    /** A gateway may have been replaced since it was asked for. */
    void announce() {
      seek();
      talk().announcement().ifPresent(frame -> tap.ifPresent(wire -> wire.send(frame)));
    }

    void close() {
      tap.ifPresent(Wire::close);
      network.ifPresent(Wire::close);
    }
  }

  /** Serves nothing any more; guests keep what they were told. */
  @Override
  public void close() {
    closed.countDown();
    lock.lock();
    try {
      served.values().forEach(Served::close);
      served.clear();
    } finally {
      lock.unlock();
    }
  }
}

package dev.patchbay.vm.hotplug;

import dev.patchbay.vm.qemu.QemuCommand;
import dev.patchbay.vm.qemu.QemuMachine;
import dev.patchbay.vm.qmp.QmpAnswer;
import dev.patchbay.vm.qmp.QmpClient;
import dev.patchbay.vm.qmp.QmpEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;

/**
 * The NICs of one running machine, by its monitor. One plug or cut at a time; waiting for a guest
 * to let go holds up nobody else.
 */
public final class GuestNics implements AutoCloseable {
  private static final Duration COMMAND = Duration.ofSeconds(20);
  private static final String PERIPHERAL = "/machine/peripheral";

  private final ReentrantLock lock = new ReentrantLock();
  private final ReentrantLock plugging = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final QmpClient qmp;
  private PortBook book;

  /** What guests have refused to let go, with QEMU's words. */
  private final Map<String, String> refusals = new HashMap<>();

  /** What went while the ports were being read. */
  private final Set<String> gone = new HashSet<>();

  private boolean reading = true;

  private final Consumer<QmpEvent> also;

  private GuestNics(Path monitor, int ports, Duration limit, Consumer<QmpEvent> also)
      throws IOException {
    this.also = also;
    book = new PortBook(ports, Map.of());
    qmp = QmpClient.connect(monitor, this::happened, limit);
    var _ = qmp.ended().thenRun(() -> change(UnaryOperator.identity()));
  }

  /**
   * Connects to a machine's monitor and reads what is in its ports, so that nothing need be
   * remembered while nobody was connected.
   *
   * @param ports how many root ports the machine was switched on with
   * @throws IOException when it does not answer within the limit
   */
  public static GuestNics connect(Path monitor, int ports, Duration limit) throws IOException {
    return connect(monitor, ports, limit, _ -> {});
  }

  /**
   * Connects likewise.
   *
   * @param also told each event after it was taken into account; must not wait for an answer
   * @throws IOException when it does not answer within the limit
   */
  public static GuestNics connect(Path monitor, int ports, Duration limit, Consumer<QmpEvent> also)
      throws IOException {
    GuestNics nics = new GuestNics(monitor, ports, limit, also);
    try {
      nics.readPorts();
      return nics;
    } catch (IOException | RuntimeException e) {
      nics.close();
      throw e;
    }
  }

  /** The ports as they are now. */
  public PortBook book() {
    lock.lock();
    try {
      return book;
    } finally {
      lock.unlock();
    }
  }

  /** The connection, for questions about the guest. */
  public QmpClient monitor() {
    return qmp;
  }

  /** Plugs a NIC; when the device is refused its netdev is taken away again. */
  public Plugged plug(QemuMachine.Nic nic) throws IOException {
    plugging.lock();
    try {
      OptionalInt port = book().free();
      if (port.isEmpty()) {
        return new Plugged.NoFreePort(book().ports());
      }
      if (ask("netdev_add", nic.backend().arguments(nic.netdev()))
          instanceof QmpAnswer.Refused(_, var why)) {
        return new Plugged.Refused(why);
      }
      String bus = QemuMachine.port(port.getAsInt());
      if (ask("device_add", QemuCommand.device(nic, bus))
          instanceof QmpAnswer.Refused(_, var why)) {
        ask("netdev_del", Map.of("id", nic.netdev())).orThrow();
        return new Plugged.Refused(why);
      }
      change(now -> now.with(port.getAsInt(), nic.id()));
      return new Plugged.Done(port.getAsInt());
    } finally {
      plugging.unlock();
    }
  }

  /**
   * Asks the guest to let a NIC go and waits until it has. What is absent is done at once.
   *
   * @param limit how long to wait; native PCIe hotplug takes 6 s when all is well
   */
  public Unplugged unplug(String device, Duration limit) throws IOException {
    Unplugged asked = ask(device);
    return asked instanceof Unplugged.Pending ? await(device, limit) : asked;
  }

  /** Asks the guest to let a NIC go: Pending when it has heard, Done when there is none. */
  public Unplugged ask(String device) throws IOException {
    lock.lock();
    try {
      refusals.remove(device);
    } finally {
      lock.unlock();
    }
    if (ask("device_del", Map.of("id", device)) instanceof QmpAnswer.Refused refused) {
      if (refused.isDeviceNotFound()) {
        change(now -> now.without(device));
        return new Unplugged.Done();
      }
      // "already in the process of unplug": somebody has asked before, so waiting is all there is
      if (!refused.why().contains("in the process of unplug")) {
        return new Unplugged.Refused(refused.why());
      }
    }
    return new Unplugged.Pending(device);
  }

  /**
   * Takes the NIC's back end away whether or not the guest cooperates: carrier down, then netdev
   * gone, so that its tap is free. Absent is done. After a guest that let go this is what is left
   * to do; before, an empty shell of a NIC stays in the guest.
   */
  public void cut(QemuMachine.Nic nic) throws IOException {
    cut(nic.id(), nic.netdev());
  }

  /** The same for a NIC of which only the device's id is known. */
  public void cut(String device) throws IOException {
    cut(device, QemuMachine.netdev(device));
  }

  private void cut(String device, String netdev) throws IOException {
    plugging.lock();
    try {
      if (book().of(device).isPresent()) {
        ask("set_link", Map.of("name", device, "up", false));
      }
      if (ask("netdev_del", Map.of("id", netdev)) instanceof QmpAnswer.Refused refused
          && !refused.isDeviceNotFound()
          && !refused.why().contains("not found")) {
        throw new IOException("cannot take " + netdev + " away: " + refused.why());
      }
    } finally {
      plugging.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    qmp.close();
  }

  private QmpAnswer ask(String command, Map<String, ?> arguments) throws IOException {
    return qmp.execute(command, arguments, COMMAND);
  }

  /**
   * Waits until the guest has let a NIC go, which it was asked for.
   *
   * @param limit zero to look once
   */
  public Unplugged await(String device, Duration limit) throws IOException {
    long deadline = System.nanoTime() + limit.toNanos();
    lock.lock();
    try {
      while (book.of(device).isPresent()) {
        String refusal = refusals.get(device);
        if (refusal != null) {
          return new Unplugged.Refused(refusal);
        }
        if (qmp.ended().isDone()) {
          throw new IOException("the machine has ended", qmp.ended().join());
        }
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          return new Unplugged.Pending(device);
        }
        changed.awaitNanos(left);
      }
      return new Unplugged.Done();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the guest lets " + device + " go", e);
    } finally {
      lock.unlock();
    }
  }

  private void change(UnaryOperator<PortBook> how) {
    lock.lock();
    try {
      book = how.apply(book);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** QEMU tells of a virtio device's inner part first, without its id: that one does not count. */
  private void happened(QmpEvent event) {
    String device = event.data().path("device").asString("");
    lock.lock();
    try {
      if (event.name().equals("DEVICE_DELETED") && !device.isEmpty()) {
        book = book.without(device);
        if (reading) {
          gone.add(device);
        }
      }
      if (event.name().equals("DEVICE_UNPLUG_GUEST_ERROR")) {
        refusals.put(device, "the guest refuses to let " + device + " go");
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    also.accept(event);
  }

  private void readPorts() throws IOException {
    Map<Integer, String> found = new TreeMap<>();
    for (JsonNode child : ask("qom-list", Map.of("path", PERIPHERAL)).orThrow()) {
      String id = child.path("name").asString("");
      if (child.path("type").asString("").equals("child<virtio-net-pci>")) {
        String bus =
            ask("qom-get", Map.of("path", PERIPHERAL + "/" + id, "property", "parent_bus"))
                .orThrow()
                .asString("");
        port(bus).ifPresent(port -> found.put(port, id));
      }
    }
    change(now -> {
      PortBook read = new PortBook(now.ports(), found);
      for (String device : gone) {
        read = read.without(device);
      }
      reading = false;
      return read;
    });
  }

  /** The number of the port in a path such as {@code /machine/peripheral/rp1/rp1}. */
  private OptionalInt port(String bus) {
    String name = bus.substring(bus.lastIndexOf('/') + 1);
    for (int port = 0; port < book().ports(); port++) {
      if (QemuMachine.port(port).equals(name)) {
        return OptionalInt.of(port);
      }
    }
    return OptionalInt.empty();
  }
}

package dev.patchbay.vm.fake;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.URISyntaxException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Plays a QEMU with its command line, monitors and console, and a guest that does what the second
 * monitor says: {@code x-guest-shutdown}, {@code x-guest-panic}, {@code x-guest-deaf} (no power
 * button any more), {@code x-say}.
 */
public final class FakeQemu {
  private static final Pattern COMMAND = Pattern.compile("\"execute\":\"([^\"]+)\"");
  private static final Pattern NUMBER = Pattern.compile("\"id\":(\\d+)");
  private static final Pattern LIFE = Pattern.compile("unix:(.*),server=on,wait=off");

  private final Map<String, String> devices = new TreeMap<>();
  private final List<SocketChannel> clients = new CopyOnWriteArrayList<>();
  private final List<SocketChannel> consoles = new CopyOnWriteArrayList<>();
  private String status;
  private boolean deaf;

  private FakeQemu(String status) {
    this.status = status;
  }

  /**
   * An executable that plays QEMU.
   *
   * @param folder where it is put
   */
  public static Path install(Path folder) throws IOException {
    return install(folder, "");
  }

  /** One that says something and ends at once. */
  public static Path installBroken(Path folder, String said) throws IOException {
    return install(folder, "echo '" + said + "' >&2; exit 1\n");
  }

  private static Path install(Path folder, String first) throws IOException {
    try {
      Path classes =
          Path.of(FakeQemu.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      Path program = folder.resolve("qemu");
      Files.writeString(
          program,
          "#!/bin/sh\n%sexec %s/bin/java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx64m -cp %s %s \"$@\"\n"
              .formatted(
                  first, System.getProperty("java.home"), classes, FakeQemu.class.getName()));
      Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
      return program;
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
  }

  /** Runs until it is told to quit, or ten minutes at most: no test leaves one behind for ever. */
  public static void main(String[] args) throws Exception {
    List<String> words = List.of(args);
    FakeQemu qemu = new FakeQemu(words.contains("-S") ? "prelaunch" : "running");
    CountDownLatch over = new CountDownLatch(1);
    for (int i = 0; i + 1 < args.length; i++) {
      String value = args[i + 1];
      switch (args[i]) {
        case "-qmp" -> qemu.listen(value, qemu::serve);
        case "-serial" -> qemu.listen(value, qemu.consoles::add);
        case "-device" -> qemu.boot(value);
        default -> {}
      }
    }
    var _ = over.await(10, java.util.concurrent.TimeUnit.MINUTES);
    System.exit(3);
  }

  private interface Client {
    void came(SocketChannel client) throws IOException;
  }

  private void listen(String option, Client client) throws IOException {
    Matcher socket = LIFE.matcher(option);
    if (!socket.matches()) {
      throw new IOException("no socket: " + option);
    }
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket.group(1)));
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            while (true) {
              client.came(server.accept());
            }
          } catch (IOException e) {
            System.err.println(e);
          }
        });
  }

  private void boot(String option) {
    if (option.startsWith("driver=virtio-net-pci")) {
      devices.put(value(option, ",id=([^,]+)"), value(option, ",bus=([^,]+)"));
    }
  }

  private static String value(String text, String pattern) {
    Matcher found = Pattern.compile(pattern).matcher(text);
    return found.find() ? found.group(1) : "";
  }

  private void serve(SocketChannel client) {
    clients.add(client);
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try (client;
              var lines =
                  new BufferedReader(
                      new InputStreamReader(Channels.newInputStream(client), UTF_8))) {
            send(
                client, "{\"QMP\":{\"version\":{\"qemu\":{\"micro\":0,\"minor\":0,\"major\":9}}}}");
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
              answer(client, line);
            }
          } catch (IOException _) {
            // it has gone
          } finally {
            clients.remove(client);
          }
        });
  }

  private synchronized void answer(SocketChannel client, String line) throws IOException {
    List<String> events = new ArrayList<>();
    String value = done(value(line, COMMAND.pattern()), line, events);
    send(client, "{\"return\":" + value + ",\"id\":" + value(line, NUMBER.pattern()) + "}");
    for (SocketChannel each : clients) {
      for (String event : events) {
        send(each, event);
      }
    }
  }

  private String done(String command, String line, List<String> events) throws IOException {
    switch (command) {
      case "query-status" -> {
        return "{\"status\":\"" + status + "\"}";
      }
      case "cont" -> go("running", "RESUME", events);
      case "stop" -> go("paused", "STOP", events);
      case "system_powerdown" -> {
        if (!deaf) {
          go("shutdown", "SHUTDOWN", events);
        }
      }
      case "x-guest-shutdown" -> go("shutdown", "SHUTDOWN", events);
      case "x-guest-panic" -> go("guest-panicked", "GUEST_PANICKED", events);
      case "x-guest-deaf" -> deaf = true;
      case "x-say" -> say(value(line, "\"text\":\"([^\"]*)\""));
      case "system_reset" -> events.add(event("RESET", "{}"));
      case "quit" -> System.exit(0);
      case "device_add" -> devices.put(argument(line, "id"), argument(line, "bus"));
      case "device_del" -> {
        devices.remove(argument(line, "id"));
        events.add(event("DEVICE_DELETED", "{\"device\":\"" + argument(line, "id") + "\"}"));
      }
      case "qom-list" -> {
        return "["
            + String.join(
                ",",
                devices.keySet().stream()
                    .map(id -> "{\"name\":\"" + id + "\",\"type\":\"child<virtio-net-pci>\"}")
                    .toList())
            + "]";
      }
      case "qom-get" -> {
        String device = value(line, "/machine/peripheral/([^\"/]+)");
        String bus = devices.getOrDefault(device, "none");
        return "\"/machine/peripheral/" + bus + "/" + bus + "\"";
      }
      default -> {}
    }
    return "{}";
  }

  private static String argument(String line, String key) {
    return value(line, "\"" + key + "\":\"([^\"]*)\"");
  }

  private void go(String next, String event, List<String> events) throws IOException {
    if (status.equals("prelaunch")) {
      say("a guest boots");
    }
    status = next;
    events.add(event(event, "{\"guest\":true}"));
  }

  private void say(String text) throws IOException {
    for (SocketChannel console : consoles) {
      send(console, text);
    }
  }

  private static String event(String name, String data) {
    return "{\"event\":\""
        + name
        + "\",\"data\":"
        + data
        + ",\"timestamp\":{\"seconds\":1,\"microseconds\":0}}";
  }

  private static void send(SocketChannel to, String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap((text + "\r\n").getBytes(UTF_8));
    while (bytes.hasRemaining()) {
      to.write(bytes);
    }
  }
}

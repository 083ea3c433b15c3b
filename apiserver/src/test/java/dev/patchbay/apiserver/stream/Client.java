package dev.patchbay.apiserver.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A client of a WebSocket that sorts what comes by channel. */
final class Client implements WebSocket.Listener {
  final CompletableFuture<Integer> closed = new CompletableFuture<>();
  private final Map<Integer, ByteArrayOutputStream> channels = new TreeMap<>();
  private final ByteArrayOutputStream message = new ByteArrayOutputStream();
  private final WebSocket socket;

  Client(HttpClient http, URI uri, String protocol) {
    socket = http.newWebSocketBuilder().subprotocols(protocol).buildAsync(uri, this).join();
  }

  String protocol() {
    return socket.getSubprotocol();
  }

  void send(int channel, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    send(channel, bytes, bytes.length);
  }

  void send(int channel, byte[] bytes, int length) {
    ByteBuffer buffer = ByteBuffer.allocate(length + 1);
    socket.sendBinary(buffer.put((byte) channel).put(bytes, 0, length).flip(), true).join();
  }

  void sendRaw(byte[] bytes) {
    socket.sendBinary(ByteBuffer.wrap(bytes), true).join();
  }

  void sendText(String text) {
    socket.sendText(text, true).join();
  }

  void abort() {
    socket.abort();
  }

  void close() {
    socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
  }

  /** What came on a channel until the server closed. */
  String received(int channel) {
    closed.join();
    synchronized (channels) {
      ByteArrayOutputStream all = channels.get(channel);
      return all == null ? "" : all.toString(UTF_8);
    }
  }

  long count(int channel) {
    synchronized (channels) {
      ByteArrayOutputStream all = channels.get(channel);
      return all == null ? 0 : all.size();
    }
  }

  @Override
  public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
    byte[] part = new byte[data.remaining()];
    data.get(part);
    message.writeBytes(part);
    if (last) {
      byte[] whole = message.toByteArray();
      message.reset();
      synchronized (channels) {
        channels
            .computeIfAbsent((int) whole[0], _ -> new ByteArrayOutputStream())
            .write(whole, 1, whole.length - 1);
      }
    }
    from.request(1);
    return CompletableFuture.completedStage(true);
  }

  @Override
  public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
    closed.complete(code);
    return CompletableFuture.completedStage(true);
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    closed.completeExceptionally(error);
  }
}

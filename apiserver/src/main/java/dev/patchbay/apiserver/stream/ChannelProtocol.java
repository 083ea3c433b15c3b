package dev.patchbay.apiserver.stream;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The subprotocols of a WebSocket that carries several streams: the first byte is the channel. */
enum ChannelProtocol {
  /** Lets the client end its stdin. kubectl's. */
  V5("v5.channel.k8s.io"),
  /** Cannot end stdin. fabric8's. */
  V4("v4.channel.k8s.io");

  static final int STDIN = 0;
  static final int STDOUT = 1;
  static final int STDERR = 2;
  static final int ERROR = 3;
  static final int RESIZE = 4;
  static final int CLOSE = 255;

  private final String text;

  ChannelProtocol(String text) {
    this.text = text;
  }

  /** As it stands in Sec-WebSocket-Protocol. */
  String text() {
    return text;
  }

  /** Whether a message on channel 255 ends the channel that it names. */
  boolean closesChannels() {
    return this == V5;
  }

  /** The best of those offered. */
  static Optional<ChannelProtocol> best(List<String> offered) {
    return Arrays.stream(values()).filter(known -> offered.contains(known.text)).findFirst();
  }
}

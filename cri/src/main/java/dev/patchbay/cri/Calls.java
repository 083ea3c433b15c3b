package dev.patchbay.cri;

import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.grpc.CallOptions;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Unary gRPC calls over a Unix socket. A call that finds no connection makes one first, so that a
 * runtime that was restarted is found by the next call.
 */
final class Calls implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(3);
  private static final int ANSWER_BYTES = 16 << 20;

  // gRPC sets SO_KEEPALIVE on every channel, and Netty warns that a Unix socket has none.
  // Held here: the logging framework forgets the level of a logger that nobody refers to.
  private static final Logger NETTY = Logger.getLogger("io.netty.bootstrap");

  static {
    NETTY.setLevel(Level.SEVERE);
  }

  private final Path socket;
  private final MultiThreadIoEventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final ManagedChannel channel;

  Calls(Path socket) {
    this.socket = socket;
    channel =
        NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(socket))
            .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
            .eventLoopGroup(loop)
            .directExecutor()
            .maxInboundMessageSize(ANSWER_BYTES)
            .overrideAuthority("localhost")
            .usePlaintext()
            .build();
  }

  /** A call that may be done twice: it is repeated once when the runtime goes away during it. */
  <Q extends Message, R extends Message> R idempotent(
      String service, String name, Q request, Parser<R> answers, Duration limit)
      throws CriException {
    try {
      return once(service, name, request, answers, limit);
    } catch (CriException e) {
      if (e.failure() instanceof CriFailure.Lost) {
        return once(service, name, request, answers, limit);
      }
      throw e;
    }
  }

  /** Calls the service's method and waits for its answer, at most {@code limit}. */
  <Q extends Message, R extends Message> R once(
      String service, String name, Q request, Parser<R> answers, Duration limit)
      throws CriException {
    connect();
    @SuppressWarnings("unchecked")
    Parser<Q> requests = (Parser<Q>) request.getParserForType();
    MethodDescriptor<Q, R> method =
        MethodDescriptor.<Q, R>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("runtime.v1." + service + "/" + name)
            .setRequestMarshaller(new Wire<>(requests))
            .setResponseMarshaller(new Wire<>(answers))
            .build();
    CallOptions options =
        CallOptions.DEFAULT.withDeadlineAfter(limit.toMillis(), TimeUnit.MILLISECONDS);
    try {
      return ClientCalls.blockingUnaryCall(channel, method, options, request);
    } catch (StatusRuntimeException e) {
      throw new CriException(StatusFailures.of(socket, name, limit, e.getStatus()), e);
    }
  }

  /**
   * Waits until the channel is connected. gRPC's own back-off would leave a runtime that came back
   * unfound for up to two minutes, and its fail-fast calls do not say whether anything was sent.
   */
  private void connect() throws CriException {
    ConnectivityState state = channel.getState(true);
    if (state == ConnectivityState.READY) {
      return;
    }
    knock();
    long deadline = System.nanoTime() + CONNECT.toNanos();
    while (state != ConnectivityState.READY) {
      if (state == ConnectivityState.SHUTDOWN) {
        throw unreachable("this client is closed");
      }
      if (state == ConnectivityState.TRANSIENT_FAILURE) {
        channel.resetConnectBackoff();
      }
      awaitChange(state, deadline);
      state = channel.getState(true);
    }
  }

  /** Tells at once, and with the kernel's word, that nobody listens. */
  private void knock() throws CriException {
    try (SocketChannel knock = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      assert knock.isConnected();
    } catch (IOException e) {
      String why = Files.exists(socket) ? String.valueOf(e.getMessage()) : "no such socket";
      throw new CriException(new CriFailure.Unreachable(socket, why), e);
    }
  }

  private void awaitChange(ConnectivityState from, long deadline) throws CriException {
    CountDownLatch changed = new CountDownLatch(1);
    channel.notifyWhenStateChanged(from, changed::countDown);
    try {
      if (!changed.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        throw unreachable("no connection within %d s".formatted(CONNECT.toSeconds()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unreachable("interrupted while connecting");
    }
  }

  private CriException unreachable(String why) {
    return new CriException(new CriFailure.Unreachable(socket, why));
  }

  @Override
  public void close() {
    channel.shutdownNow();
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private record Wire<T extends Message>(Parser<T> parser)
      implements MethodDescriptor.Marshaller<T> {
    @Override
    public InputStream stream(T value) {
      return value.toByteString().newInput();
    }

    @Override
    public T parse(InputStream stream) {
      try {
        return parser.parseFrom(stream);
      } catch (IOException e) {
        throw new UncheckedIOException("the runtime's answer is not the message expected", e);
      }
    }
  }
}

package dev.patchbay.e2e;

import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import dev.patchbay.e2e.cri.Cri.CreateContainerRequest;
import dev.patchbay.e2e.cri.Cri.CreateContainerResponse;
import dev.patchbay.e2e.cri.Cri.ExecSyncRequest;
import dev.patchbay.e2e.cri.Cri.ExecSyncResponse;
import dev.patchbay.e2e.cri.Cri.ListPodSandboxRequest;
import dev.patchbay.e2e.cri.Cri.ListPodSandboxResponse;
import dev.patchbay.e2e.cri.Cri.PodSandboxStatusRequest;
import dev.patchbay.e2e.cri.Cri.PodSandboxStatusResponse;
import dev.patchbay.e2e.cri.Cri.RemovePodSandboxRequest;
import dev.patchbay.e2e.cri.Cri.RemovePodSandboxResponse;
import dev.patchbay.e2e.cri.Cri.RunPodSandboxRequest;
import dev.patchbay.e2e.cri.Cri.RunPodSandboxResponse;
import dev.patchbay.e2e.cri.Cri.StartContainerRequest;
import dev.patchbay.e2e.cri.Cri.StartContainerResponse;
import dev.patchbay.e2e.cri.Cri.StatusRequest;
import dev.patchbay.e2e.cri.Cri.StatusResponse;
import dev.patchbay.e2e.cri.Cri.StopPodSandboxRequest;
import dev.patchbay.e2e.cri.Cri.StopPodSandboxResponse;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The Container Runtime Interface v1 over a Unix socket: the calls a kubelet makes. A failed call
 * throws {@link io.grpc.StatusRuntimeException} with the runtime's words.
 */
final class CriClient implements AutoCloseable {
  private static final long LIMIT_SECONDS = 60;

  // gRPC sets SO_KEEPALIVE on every channel, and Netty warns that a Unix socket has none
  private static final Logger NETTY = Logger.getLogger("io.netty.bootstrap");

  static {
    NETTY.setLevel(Level.SEVERE);
  }

  private final MultiThreadIoEventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final ManagedChannel channel;

  CriClient(Path socket) {
    channel =
        NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(socket))
            .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
            .eventLoopGroup(loop)
            .overrideAuthority("localhost")
            .usePlaintext()
            .build();
  }

  StatusResponse status() {
    return call("Status", StatusRequest.getDefaultInstance(), StatusResponse.parser());
  }

  String runPodSandbox(RunPodSandboxRequest request) {
    return call("RunPodSandbox", request, RunPodSandboxResponse.parser()).getPodSandboxId();
  }

  void stopPodSandbox(String id) {
    var request = StopPodSandboxRequest.newBuilder().setPodSandboxId(id).build();
    call("StopPodSandbox", request, StopPodSandboxResponse.parser());
  }

  void removePodSandbox(String id) {
    var request = RemovePodSandboxRequest.newBuilder().setPodSandboxId(id).build();
    call("RemovePodSandbox", request, RemovePodSandboxResponse.parser());
  }

  ListPodSandboxResponse listPodSandbox() {
    return call(
        "ListPodSandbox",
        ListPodSandboxRequest.getDefaultInstance(),
        ListPodSandboxResponse.parser());
  }

  PodSandboxStatusResponse podSandboxStatus(String id) {
    var request = PodSandboxStatusRequest.newBuilder().setPodSandboxId(id).setVerbose(true).build();
    return call("PodSandboxStatus", request, PodSandboxStatusResponse.parser());
  }

  String createContainer(CreateContainerRequest request) {
    return call("CreateContainer", request, CreateContainerResponse.parser()).getContainerId();
  }

  void startContainer(String id) {
    var request = StartContainerRequest.newBuilder().setContainerId(id).build();
    call("StartContainer", request, StartContainerResponse.parser());
  }

  ExecSyncResponse execSync(ExecSyncRequest request) {
    return call("ExecSync", request, ExecSyncResponse.parser());
  }

  @Override
  public void close() {
    channel.shutdownNow();
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private <Q extends Message, R extends Message> R call(String name, Q request, Parser<R> answers) {
    @SuppressWarnings("unchecked")
    Parser<Q> requests = (Parser<Q>) request.getParserForType();
    MethodDescriptor<Q, R> method =
        MethodDescriptor.<Q, R>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("runtime.v1.RuntimeService/" + name)
            .setRequestMarshaller(new Wire<>(requests))
            .setResponseMarshaller(new Wire<>(answers))
            .build();
    CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(LIMIT_SECONDS, TimeUnit.SECONDS);
    return ClientCalls.blockingUnaryCall(channel, method, options, request);
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

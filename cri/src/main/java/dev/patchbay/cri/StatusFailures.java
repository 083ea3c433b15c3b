package dev.patchbay.cri;

import io.grpc.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The one place where a gRPC status becomes a {@link CriFailure}. */
final class StatusFailures {
  private StatusFailures() {}

  static CriFailure of(Path socket, String call, Duration limit, Status status) {
    String message =
        Optional.ofNullable(status.getDescription())
            .or(() -> Optional.ofNullable(status.getCause()).map(Throwable::toString))
            .orElse(status.getCode().name());
    return switch (status.getCode()) {
      case UNAVAILABLE -> new CriFailure.Lost(call, message);
      case DEADLINE_EXCEEDED -> new CriFailure.TimedOut(call, limit);
      case NOT_FOUND -> new CriFailure.NotFound(call, message);
      case ALREADY_EXISTS -> new CriFailure.AlreadyExists(call, message);
      case UNIMPLEMENTED -> new CriFailure.Unsupported(call, message);
      case INVALID_ARGUMENT,
          FAILED_PRECONDITION,
          OUT_OF_RANGE,
          PERMISSION_DENIED,
          UNAUTHENTICATED ->
          new CriFailure.Refused(call, message);
      case OK, CANCELLED, UNKNOWN, RESOURCE_EXHAUSTED, ABORTED, INTERNAL, DATA_LOSS ->
          unspecific(socket, call, message);
    };
  }

  // containerd gives most of its errors the code Unknown; some are told by their text only
  // (containerd 1.6 pkg/cri/server: "server is not initialized yet", pkg/registrar: "is reserved")
  private static CriFailure unspecific(Path socket, String call, String message) {
    // Netty's words for a call that met a connection in the moment of its end, before it was sent
    if (message.contains("not initialized yet") || message.equals("channel closed")) {
      return new CriFailure.Unreachable(socket, message);
    }
    if (message.contains("is reserved for")) {
      return new CriFailure.AlreadyExists(call, message);
    }
    return new CriFailure.Failed(call, message);
  }
}

package dev.patchbay.linux.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.patchbay.linux.libc.Errno;
import dev.patchbay.linux.libc.KernelException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ExchangeTest {
  private static final Request ASK = Request.of("add veth net1", 16, 0, new Payload());

  @Test
  void eachRequestGetsItsOwnAnswerAndARefusalStopsNobody() throws Exception {
    Exchange exchange = new Exchange(List.of(ASK, ASK, ASK), 5, false);

    exchange.accept(List.of(error(5, 0), error(6, -17)));
    assertThat(exchange.complete()).isFalse();
    exchange.accept(List.of(error(7, 0)));

    assertThat(exchange.complete()).isTrue();
    assertThat(exchange.answers())
        .containsExactly(
            new Answer.Ok(List.of()), Answer.Refused.plain(Errno.EEXIST), new Answer.Ok(List.of()));
  }

  @Test
  void lateAnswersToAnEarlierExchangeArePassedOver() throws Exception {
    Exchange exchange = new Exchange(List.of(ASK), 5, false);

    exchange.accept(List.of(error(4, -19), error(6, -19)));

    assertThat(exchange.complete()).isFalse();
  }

  @Test
  void theKernelsWordsAndTheBadAttributesOffsetSurvive() throws Exception {
    // struct nlmsgerr with -19, the capped request's header, then two attributes
    byte[] payload =
        HexFormat.of()
            .parseHex(
                "edffffff"
                    + "20000000"
                    + "10000506"
                    + "05000000"
                    + "00000000"
                    + "0f000100"
                    + "4e6f206465766963"
                    + "652100"
                    + "00"
                    + "08000200"
                    + "18000000");
    NetlinkMessage refusal = new NetlinkMessage(2, 0x300, 5, ByteBuffer.wrap(payload));
    Exchange exchange = new Exchange(List.of(ASK), 5, false);

    exchange.accept(List.of(refusal));

    Answer answer = exchange.answers().getFirst();
    assertThat(answer)
        .isEqualTo(
            new Answer.Refused(
                Errno.ENODEV, java.util.Optional.of("No device!"), java.util.OptionalInt.of(0x18)));
    assertThatThrownBy(() -> answer.orThrow(ASK.what()))
        .isInstanceOf(KernelException.class)
        .hasMessage("add veth net1: ENODEV (No such device): No device!");
  }

  @Test
  void aRefusedBatchMarkerAnswersForTheWholeBatch() throws Exception {
    Request marker = Request.unacknowledged("begin", 16, 0, new Payload());
    Exchange exchange = new Exchange(List.of(marker, ASK, ASK), 5, false);

    exchange.accept(List.of(error(5, -1)));

    assertThat(exchange.complete()).isTrue();
    assertThat(exchange.answers()).containsOnly(Answer.Refused.plain(Errno.EPERM));
  }

  @Test
  void aMarkerThatIsNotAnsweredIsFine() throws Exception {
    Request marker = Request.unacknowledged("begin", 16, 0, new Payload());
    Exchange exchange = new Exchange(List.of(marker, ASK), 5, false);

    exchange.accept(List.of(error(6, 0)));

    assertThat(exchange.complete()).isTrue();
    assertThat(exchange.answers()).containsOnly(new Answer.Ok(List.of()));
  }

  @Test
  void aDumpEndsWithDoneAndRemembersThatItWasInterrupted() throws Exception {
    Exchange exchange = new Exchange(List.of(ASK), 5, true);
    NetlinkMessage row = new NetlinkMessage(16, 0x2 | 0x10, 5, ByteBuffer.allocate(16));
    NetlinkMessage done = new NetlinkMessage(3, 0x2, 5, ByteBuffer.allocate(4));

    exchange.accept(List.of(row, row));
    assertThat(exchange.complete()).isFalse();
    exchange.accept(List.of(done));

    assertThat(exchange.interrupted()).isTrue();
    assertThat(exchange.answers()).containsExactly(new Answer.Ok(List.of(row, row)));
  }

  @Test
  void severalRequestsShareOneDatagram() {
    byte[] datagram =
        new Exchange(List.of(ASK, Request.of("b", 17, 0x400, new Payload().u8(3, 9))), 5, false)
            .datagram();

    assertThat(HexFormat.of().formatHex(datagram))
        .isEqualTo(
            "10000000"
                + "1000"
                + "0500"
                + "05000000"
                + "00000000" //
                + "18000000"
                + "1100"
                + "0504"
                + "06000000"
                + "00000000" //
                + "0500030009000000");
  }

  private static NetlinkMessage error(int sequence, int number) {
    ByteBuffer payload = ByteBuffer.allocate(20).order(ByteOrder.nativeOrder()).putInt(0, number);
    return new NetlinkMessage(2, 0x100, sequence, payload);
  }
}

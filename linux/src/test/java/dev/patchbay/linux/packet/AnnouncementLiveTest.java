package dev.patchbay.linux.packet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.linux.netns.LiveNetns;
import dev.patchbay.linux.netns.NetnsHandle;
import dev.patchbay.linux.rtnetlink.KernelLink;
import dev.patchbay.linux.rtnetlink.LinkId;
import dev.patchbay.linux.rtnetlink.LinkKind;
import dev.patchbay.linux.rtnetlink.LinkSetting;
import dev.patchbay.linux.rtnetlink.Links;
import dev.patchbay.linux.rtnetlink.RouteSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class AnnouncementLiveTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final MacAddress MAC = new MacAddress("02:00:00:00:00:05");
  private static final IfName NET1 = new IfName("net1");
  private static final IfName WIRE = new IfName("wire");

  @Test
  void neighboursHearOfEveryAddress() throws Exception {
    LiveNetns.assumePermitted();
    try (NetnsHandle pod = NetnsHandle.create();
        NetnsHandle host = NetnsHandle.create();
        RouteSocket inPod = RouteSocket.open(pod);
        RouteSocket onHost = RouteSocket.open(host)) {
      inPod.run(
          Links.add(
              NET1,
              new LinkKind.Veth(WIRE, new LinkSetting.IntoNetns(host)),
              new LinkSetting.Mac(MAC)));
      inPod.run(Links.set(LinkId.of(NET1), new LinkSetting.Up(true)));
      onHost.run(Links.set(LinkId.of(WIRE), new LinkSetting.Up(true)));
      KernelLink net1 = inPod.link(LinkId.of(NET1)).orElseThrow();
      int wire = onHost.link(LinkId.of(WIRE)).orElseThrow().index();
      Announcement announcement =
          new Announcement(net1.index(), MAC, List.of(Cidr.ip("10.1.2.3"), Cidr.ip("fd00::5")));

      try (PacketSocket listener = PacketSocket.open(host, wire, PacketSocket.EVERYTHING)) {
        announcement.send(pod);
        List<byte[]> awaited = new ArrayList<>(announcement.frames());
        while (!awaited.isEmpty()) {
          Optional<byte[]> frame = listener.receive(PATIENCE);
          assertThat(frame).as("%d frames are still to come", awaited.size()).isPresent();
          awaited.removeIf(one -> java.util.Arrays.equals(one, frame.get()));
        }
      }
    }
  }
}

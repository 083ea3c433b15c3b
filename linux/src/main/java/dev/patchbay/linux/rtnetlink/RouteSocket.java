package dev.patchbay.linux.rtnetlink;

import dev.patchbay.linux.libc.Errno;
import dev.patchbay.linux.libc.KernelException;
import dev.patchbay.linux.netlink.Answer;
import dev.patchbay.linux.netlink.MalformedNetlinkException;
import dev.patchbay.linux.netlink.NetlinkMessage;
import dev.patchbay.linux.netlink.NetlinkSocket;
import dev.patchbay.linux.netlink.Request;
import dev.patchbay.linux.netns.NetnsHandle;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The links, addresses, routes and neighbours of one network namespace, usable from any thread.
 *
 * <p>It keeps the namespace alive: close it with the operation that needed it. All indexes are
 * those of this namespace.
 */
public final class RouteSocket implements AutoCloseable {
  // The answers to one datagram have to fit the socket's receive buffer, or the kernel drops them.
  private static final int REQUESTS_PER_DATAGRAM = 32;
  private static final int[] FAMILIES = {RouteCodec.AF_INET, RouteCodec.AF_INET6};

  private final NetlinkSocket socket;

  private RouteSocket(NetlinkSocket socket) {
    this.socket = socket;
  }

  /** Opens one in the namespace; the handle may be closed afterwards. */
  public static RouteSocket open(NetnsHandle netns) throws IOException {
    return new RouteSocket(netns.visit(() -> NetlinkSocket.open(NetlinkSocket.NETLINK_ROUTE)));
  }

  /**
   * Sends the requests together and returns one answer per request, in order. A refusal does not
   * stop the later ones, as the kernel goes on.
   *
   * @throws IOException when the socket failed: what was done is then to be looked up
   */
  public List<Answer> send(List<Request> requests) throws IOException {
    List<Answer> answers = new ArrayList<>(requests.size());
    for (int from = 0; from < requests.size(); from += REQUESTS_PER_DATAGRAM) {
      int to = Math.min(from + REQUESTS_PER_DATAGRAM, requests.size());
      answers.addAll(socket.send(requests.subList(from, to)));
    }
    return List.copyOf(answers);
  }

  /**
   * Sends the requests together and throws the first refusal, after all were tried; returns the
   * replies of the last one.
   */
  public List<NetlinkMessage> run(Request... requests) throws IOException {
    List<Answer> answers = send(List.of(requests));
    List<NetlinkMessage> replies = List.of();
    for (int i = 0; i < requests.length; i++) {
      replies = answers.get(i).orThrow(requests[i].what());
    }
    return replies;
  }

  /** Looks up one link. */
  public Optional<KernelLink> link(LinkId id) throws IOException {
    Request request = Links.get(id);
    return switch (socket.send(List.of(request)).getFirst()) {
      case Answer.Refused(var errno, _, _) when errno.equals(Errno.ENODEV) -> Optional.empty();
      case Answer answer -> Optional.of(linkOf(answer.orThrow(request.what())));
    };
  }

  /** The link in the replies to {@link Links#get}, which may be part of a larger send. */
  public static KernelLink linkOf(List<NetlinkMessage> replies) throws MalformedNetlinkException {
    if (replies.isEmpty()) {
      throw new MalformedNetlinkException("a link was found but not described");
    }
    return KernelLink.parse(replies.getFirst());
  }

  /** All links. */
  public List<KernelLink> links() throws IOException {
    return parsed(dump(Links.list()), KernelLink::parse);
  }

  /** All addresses of all links. */
  public List<Address> addresses() throws IOException {
    return parsed(dump(Addresses.list(0)), Address::parse);
  }

  /** The addresses of one link; none when the link is gone. */
  public List<Address> addresses(int link) throws IOException {
    return ifPresent(Addresses.list(link), Errno.ENODEV, Address::parse);
  }

  /** The routes of one table, IPv4 first; none when there is no such table. */
  public List<KernelRoute> routes(long table) throws IOException {
    List<KernelRoute> routes = new ArrayList<>();
    for (int family : FAMILIES) {
      ifPresent(Routes.list(family, table), Errno.ENOENT, KernelRoute::parseHops)
          .forEach(routes::addAll);
    }
    return List.copyOf(routes);
  }

  /** The routes of all tables that leave through one link, IPv4 first; none when it is gone. */
  public List<KernelRoute> routesThrough(int link) throws IOException {
    List<KernelRoute> routes = new ArrayList<>();
    for (int family : FAMILIES) {
      ifPresent(Routes.listThrough(family, link), Errno.ENODEV, KernelRoute::parseHops)
          .forEach(routes::addAll);
    }
    return routes.stream().filter(route -> route.link().orElse(0) == link).toList();
  }

  /**
   * The route that packets to an address match, found without listing any table; empty when none
   * does.
   */
  public Optional<KernelRoute> routeTo(InetAddress address) throws IOException {
    Answer answer = socket.send(List.of(Routes.match(address))).getFirst();
    if (answer instanceof Answer.Ok(var replies) && !replies.isEmpty()) {
      return KernelRoute.parseHops(replies.getFirst()).stream().findFirst();
    }
    return Optional.empty(); // unreachable, prohibited or without that family: no route either way
  }

  /**
   * This namespace's number for another one, which it gets when it has none yet; for {@link
   * LinkSetting.ParentIn}.
   */
  public int numberOf(NetnsHandle other) throws IOException {
    List<NetlinkMessage> replies = run(NetnsNumbers.get(other));
    OptionalInt known = NetnsNumbers.parse(replies);
    if (known.isPresent()) {
      return known.getAsInt();
    }
    // two of us may assign at once: whoever comes second gets EEXIST, and reads
    Answer _ = socket.send(List.of(NetnsNumbers.assign(other))).getFirst();
    return NetnsNumbers.parse(run(NetnsNumbers.get(other)))
        .orElseThrow(() -> new MalformedNetlinkException("a namespace was given no number"));
  }

  /** The cookie of this socket's namespace, see {@link NetnsHandle#cookie}. */
  public long netnsCookie() throws IOException {
    return socket.netnsCookie();
  }

  /** Whether something decides about frames as they come in by a link. */
  public boolean hasFilters(int link) throws IOException {
    for (OptionalInt has : parsed(dump(IngressFilters.listQdiscs()), IngressFilters::enabled)) {
      if (has.isPresent() && has.getAsInt() == link) {
        return true;
      }
    }
    return false;
  }

  /**
   * Where frames go that come in by a link: the number of another link, 0 when that is gone; empty
   * where nothing is redirected.
   */
  public OptionalInt redirection(int link) throws IOException {
    return parsed(dump(IngressFilters.list(link)), IngressFilters::target).stream()
        .filter(OptionalInt::isPresent)
        .findFirst()
        .orElse(OptionalInt.empty());
  }

  /** The neighbours seen on one link. */
  public List<Neighbour> neighbours(int link) throws IOException {
    return parsed(dump(Neighbours.list(link)), Neighbour::parse);
  }

  private List<NetlinkMessage> dump(Request request) throws IOException {
    return socket.dump(request).orThrow(request.what());
  }

  private <T> List<T> ifPresent(Request request, Errno absent, Parser<T> parser)
      throws IOException {
    try {
      return parsed(dump(request), parser);
    } catch (KernelException e) {
      if (e.errno().equals(absent)) {
        return List.of();
      }
      throw e;
    }
  }

  @FunctionalInterface
  private interface Parser<T> {
    T parse(NetlinkMessage message) throws MalformedNetlinkException;
  }

  private static <T> List<T> parsed(List<NetlinkMessage> messages, Parser<T> parser)
      throws MalformedNetlinkException {
    List<T> all = new ArrayList<>(messages.size());
    for (NetlinkMessage message : messages) {
      all.add(parser.parse(message));
    }
    return List.copyOf(all);
  }

  @Override
  public void close() {
    socket.close();
  }
}

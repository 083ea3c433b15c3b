#!/bin/sh
# What udhcpc calls with what it was given (RFC 3442: classless routes go before routers).
case $1 in
deconfig) ip address flush dev "$interface" ;;
bound | renew)
  ip address replace "$ip/$mask" dev "$interface"
  [ -z "$mtu" ] || ip link set dev "$interface" mtu "$mtu"
  if [ -n "$staticroutes" ]; then
    set -- $staticroutes
    while [ $# -ge 2 ]; do
      if [ "$2" = 0.0.0.0 ]; then
        ip route replace "$1" dev "$interface"
      else
        ip route replace "$1" via "$2" dev "$interface"
      fi
      shift 2
    done
  else
    for gateway in $router; do
      ip route replace default via "$gateway" dev "$interface"
    done
  fi
  for server in $dns; do
    echo "nameserver $server"
  done >"/run/resolv.$interface"
  ;;
esac

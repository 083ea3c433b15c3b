#!/bin/sh
# cirros-dhcpc up|down NIC
[ $# = 2 ] || { echo "usage: cirros-dhcpc up|down NIC" >&2; exit 2; }
case $1 in
up)
  ip link set "$2" up
  exec udhcpc -i "$2" -s /sbin/lease -O mtu -O staticroutes -x hostname:"$(hostname)" -t 15 -T 1 -n -q
  ;;
down)
  ip address flush dev "$2"
  ip link set "$2" down
  ;;
esac

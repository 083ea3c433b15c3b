#!/bin/sh
# Brings up each NIC that is there or comes, as an image with "auto eth0", "auto eth1" does, and udev would for later ones.
while :; do
  for nic in /sys/class/net/eth*; do
    if [ -e "$nic" ] && [ "$(cat "$nic/operstate")" = down ]; then
      cirros-dhcpc up "${nic##*/}"
    fi
  done
  sleep 0.2
done

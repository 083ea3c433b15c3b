#!/bin/sh
# A guest that tells on its console which NICs it has, each time that this changes.
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
for module in $(cat /modules/order); do
  insmod "/modules/$module" || echo "guest: cannot load $module"
done
said=none
while :; do
  now=$(cat /sys/class/net/*/address 2>/dev/null | sort | tr '\n' ' ')
  if [ "$now" != "$said" ]; then
    echo "nics: $now"
    said=$now
  fi
  sleep 0.1
done

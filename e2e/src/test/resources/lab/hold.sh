#!/bin/sh
# Runs the plugin, but an ADD first waits until the lab lets it go on (or for a minute, if the lab is gone).
if [ "$CNI_COMMAND" = ADD ]; then
  : >"@CALLS@/held"
  tries=0
  while [ ! -e "@CALLS@/released" ] && [ $tries -lt 1200 ]; do
    sleep 0.05
    tries=$((tries + 1))
  done
fi
exec "@HELD@"

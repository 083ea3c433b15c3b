#!/bin/sh
# A plugin that is broken on purpose: every ADD fails; a DEL of what was never made succeeds, as the spec asks.
cat >/dev/null
[ "$CNI_COMMAND" = DEL ] && exit 0
echo '{"cniVersion":"0.3.0","code":100,"msg":"broken on purpose"}'
exit 1

#!/bin/sh
# Stops a network whose supervisor is gone, whatever ended it. Its standard input is a pipe from the supervisor: "done" means that
# everything was stopped in order, the end of input without it means that the supervisor died.
# $1: file of lines "WAVE PID START SIGNAL SECONDS", waves in stopping order; further arguments: files to remove in the end.
trap '' HUP INT TERM QUIT TSTP
processes=$1
shift

while read -r word; do
  [ "$word" = done ] && exit 0
done

# Whether the process of that start time still runs: pids are used again, start times are not.
alive() {
  read -r stat <"/proc/$1/stat" 2>/dev/null || return 1
  wanted=$2
  # shellcheck disable=SC2086 # the fields after the command name are to be split
  set -- ${stat##*) }
  [ "$1" != Z ] && [ "${20}" = "$wanted" ]
}

# $1: wave; calls $2 with PID START SIGNAL for each living process of the wave.
each() {
  while read -r wave pid start signal seconds; do
    [ "$wave" = "$1" ] && alive "$pid" "$start" && "$2" "$pid" "$start" "$signal" "$seconds"
  done <"$processes"
}
ask() { kill -s "$3" "$1" 2>/dev/null; }
end() { kill -s KILL "-$1" 2>/dev/null; kill -s KILL "$1" 2>/dev/null; }
report() { echo "$4"; }

waves=$(cut -d' ' -f1 "$processes" 2>/dev/null | sort -n | uniq)
for wave in $waves; do
  each "$wave" ask
  limit=$(($(each "$wave" report | sort -n | tail -1) + 0))
  tries=$((limit * 10 + 5))
  while [ $tries -gt 0 ] && [ -n "$(each "$wave" report)" ]; do
    sleep 0.1
    tries=$((tries - 1))
  done
  each "$wave" end
done
rm -f "$processes" "$@"

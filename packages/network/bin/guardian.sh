#!/bin/sh
# Stops a network whose supervisor is gone, whatever ended it. Its standard input is a pipe from the supervisor: "done" means that
# everything was stopped in order, the end of input without it means that the supervisor died.
# $1: file of lines "WAVE PID START SIGNAL TENTHS", waves in stopping order; further arguments: files to remove in the end.
trap '' HUP INT TERM QUIT TSTP
processes=$1
shift

while read -r word; do
  [ "$word" = done ] && exit 0
done

# Whether the process of that start time still runs: pids are used again, start times are not.
alive() {
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
  wanted=$2
  # shellcheck disable=SC2086 # the fields after the command name are to be split
  set -- ${stat##*) }
  [ "$1" != Z ] && [ "${20}" = "$wanted" ]
}

# The variables of these functions are not local: none may be called like one of the main loop's.
# $1: a wave; calls $2 with PID START SIGNAL TENTHS for each living process of that wave.
each() {
  while read -r its_wave pid start signal tenths; do
    [ "$its_wave" = "$1" ] && alive "$pid" "$start" && "$2" "$pid" "$start" "$signal" "$tenths"
  done <"$processes"
}
ask() { kill -s "$3" "$1" 2>/dev/null; }
report() { echo "$4"; }
# The whole group, also when its leader is gone: Kratos leaves workers behind.
end() {
  while read -r its_wave pid rest; do
    [ "$its_wave" = "$1" ] && kill -s KILL -- "-$pid" 2>/dev/null
  done <"$processes"
}

waves=$(cut -d' ' -f1 "$processes" 2>/dev/null | sort -n | uniq)
for wave in $waves; do
  each "$wave" ask
  limit=$(each "$wave" report | sort -n | tail -1)
  tries=$((${limit:-0} * 9 / 10)) # looking around takes time too
  while [ $tries -gt 0 ] && [ -n "$(each "$wave" report)" ]; do
    sleep 0.1
    tries=$((tries - 1))
  done
  end "$wave"
done
rm -f "$processes" "$@"

# shellcheck shell=sh disable=SC2154 # home, jdk and say are the launcher's
# The part of the launcher that only a checkout needs: sets jar, and builds it first where it is missing or older than its
# sources.

jar=$home/app/target/demitasse.jar

is_current() {
  [ -f "$jar" ] || return 1
  newer=$(cd "$home" && find pom.xml core/pom.xml core/src/main onnx/pom.xml onnx/src/main solver/pom.xml solver/src/main torch/pom.xml torch/src/main zoo/pom.xml zoo/src/main \
    media/pom.xml media/src/main app/pom.xml app/src/main -newer "$jar" -print -quit 2>/dev/null)
  [ -z "$newer" ]
}

# Whether a line on standard error may be drawn over.
is_watched() {
  [ -t 2 ] && [ "${TERM:-dumb}" != dumb ] && { [ -z "${CI:-}" ] || [ "$CI" = false ]; }
}

erase() {
  if is_watched; then printf '\r\033[K' >&2; fi
}

# Says that the build is alive while it runs: on a terminal one line that tells for how long, and what Maven downloads or
# builds, cut to the terminal's width less what it echoes of Ctrl-C; elsewhere a line at its beginning.
show_build() {
  if ! is_watched; then
    echo "Building Demitasse ($1)..." >&2
    return
  fi
  begun=$(date +%s)
  while kill -0 "$maven" 2>/dev/null; do
    doing=$(sed -n -e 's/^\[INFO\] Building \(.*[^ ]\) *\[\([0-9]*\/[0-9]*\)\].*/\2 \1/p' \
      -e 's/^\[INFO\] Downloading from [^:]*: .*\/\(.*\)/downloading \1/p' \
      -e 's/^\[INFO\] --- \([a-z-]*\):[^@]*@ \([a-z-]*\) ---.*/\2, \1/p' "$log" | tail -n 1)
    columns=$(stty size 2>/dev/null < /dev/tty) && columns=${columns#* } || columns=80
    [ "${columns:-0}" -gt 0 ] || columns=80
    line="Building Demitasse ($1), $(($(date +%s) - begun)) s: ${doing:-Maven starts}"
    printf '\r%s\033[K' "$(printf '%s' "$line" | cut -c "1-$((columns > 4 ? columns - 3 : 1))")" >&2
    sleep 1
  done
  erase
}

build() {
  if ! command -v mvn >/dev/null; then
    say "Maven (mvn) is needed to build Demitasse the first time: install it and try again."
    exit 2
  fi
  reason='first run'
  [ ! -f "$jar" ] || reason='its sources have changed'
  mkdir -p "$home/target"
  log=$home/target/launcher-build.log
  : > "$log"
  (cd "$home" && JAVA_HOME=$jdk exec mvn -B -Dmaven.test.skip -pl core,onnx,solver,testkit,torch,zoo,media,app package) > "$log" 2>&1 < /dev/null &
  maven=$!
  trap 'kill "$maven" 2>/dev/null; erase; exit 130' INT TERM HUP
  show_build "$reason"
  wait "$maven"
  built=$?
  trap - INT TERM HUP
  [ "$built" = 0 ] || {
    # Maven's first complaints name the cause; its last lines are general advice.
    grep -E '^\[(ERROR|WARNING)\]' "$log" | head -n 20 | grep . >&2 || tail -n 20 "$log" >&2
    say "the build failed; all it said is in $log"
    exit 2
  }
}

is_current || build

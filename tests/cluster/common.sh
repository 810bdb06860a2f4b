# What the scripts beside this file share: the command, the scenario, and the comparison with a single run. Sourced, not run.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
if [ -z "${TAILBACK:-}" ]; then
  (cd "$here/../.." && cargo build --release)
  TAILBACK=${CARGO_TARGET_DIR:-$here/../../target}/release/tailback
fi
work=$(mktemp -d)
mkdir "$work/bin"
ln -s "$(realpath "$TAILBACK")" "$work/bin/tailback"
export PATH="$work/bin:/usr/sbin:$PATH"

say() { printf '%s  %s\n' "$(date -u +%T)" "$*"; }

# Installs the packages of commands that are missing.
need() { # command, packages...
  command -v "$1" >/dev/null && return
  say "installing ${*:2}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends "${@:2}" >/dev/null
}

# Waits until a command succeeds.
wait_for() { # seconds, command...
  local end=$((SECONDS + $1))
  until "${@:2}" >/dev/null 2>&1; do
    [ $SECONDS -lt $end ] || { say "gave up waiting for: ${*:2}"; return 1; }
    sleep 0.5
  done
}

# The scenario in the current folder, and what a single run of it writes, in `single`.
scenario() { # replications
  cat > first.toml <<EOF
[run]
horizon      = "2d"
replications = $1

[jobs.mail]
arrivals.poisson         = { rate = "4/s" }
service_time.exponential = { mean = "1s" }
objectives               = ["p95(wait) < 2s"]

[pools.workers]
size = 5

[alternatives.more]
pools.workers.size = 6

[sweep]
"jobs.mail.arrivals.poisson.rate" = ["3/s", "4/s", "4.5/s"]
EOF
  say "a single run: 6 design points x $1 replications"
  tailback run first.toml --out single --quiet >/dev/null
}

# The files of the merge against those of the single run, byte by byte. The stored units lie in the parts.
same_as_single() { # folder
  rm -rf merged && mkdir merged
  find "$1" -maxdepth 1 -type f -exec cp {} merged \;
  diff -r single/first merged
  say "the merge equals the single run: $(find merged -type f | wc -l) files, manifest $(sha256sum merged/manifest.json | cut -c1-12)"
}

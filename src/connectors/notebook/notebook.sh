# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# Finds, starts and stops Jupyter servers of this login. Sent on the standard input of `exec sh -s`, after lines that set
#   LC_MODE    find, start or stop
#   LC_TOKEN   start: the token of the new server, hexadecimal
#   LC_SOCKET  start: "yes" for a unix socket, which no other login of the machine can reach
#   LC_PID     stop: the server's process
# Answers are the lines that begin with "@LC "; a login shell's own chatter goes between them.
LC_ALL=C
export LC_ALL
umask 077
unset CDPATH
state=${XDG_DATA_HOME:-$HOME/.local/share}/jupyter/labconnect
S=${SHELL:-/bin/sh}

say() {
  printf '\n@LC %s\n' "$*"
}

# is_jupyter PID: whether it runs and is a Jupyter server; the file of one that was killed stays behind
is_jupyter() {
  case $1 in "" | *[!0-9]*) return 1 ;; esac
  kill -0 "$1" 2>/dev/null || return 1
  [ ! -r "/proc/$1/cmdline" ] || tr '\0' ' ' <"/proc/$1/cmdline" | grep -qE 'jupyter|notebook'
}

# each_server_file COMMAND: runs COMMAND FILE for each description that a server left
each_server_file() {
  for folder in "${JUPYTER_RUNTIME_DIR:-}" "${JUPYTER_DATA_DIR:+$JUPYTER_DATA_DIR/runtime}" \
    "${XDG_DATA_HOME:-$HOME/.local/share}/jupyter/runtime" "${XDG_RUNTIME_DIR:+$XDG_RUNTIME_DIR/jupyter}"; do
    [ -d "$folder" ] || continue
    for file in "$folder"/jpserver-*.json "$folder"/nbserver-*.json; do
      [ ! -f "$file" ] || "$1" "$file"
    done
  done
}

say_if_running() {
  pid=${1##*/}
  pid=${pid#*-}
  pid=${pid%.json}
  is_jupyter "$pid" || return 0
  say "server $(head -c 8192 "$1" | tr -d '\r\n')"
}

# The comparison is the shell's own: the token is in no argument list.
say_if_ours() {
  content=$(head -c 8192 "$1" | tr -d '\r\n')
  case $content in *"$LC_TOKEN"*"}")
    say "server $content"
    say end
    exit 0
    ;;
  esac
}

# take PATH: whether it is a jupyter that can serve; sets dir and app
take() {
  [ -n "$1" ] && [ -x "$1" ] && [ ! -d "$1" ] || return 1
  dir=$(dirname "$1")
  for app in lab notebook server; do
    [ ! -x "$dir/jupyter-$app" ] || return 0
  done
  return 1
}

# What the login's own terminal would find comes first: conda puts itself at the end of .bashrc, below the line
# that leaves the file when the shell is not interactive, so that neither PATH here nor `bash -l` has it.
find_jupyter() {
  found=
  case $S in */bash | */zsh)
    # shellcheck disable=SC2016 # the login shell expands it
    command -v timeout >/dev/null 2>&1 &&
      found=$(timeout 10 "$S" -lic 'printf "\n@@%s@@\n" "$(command -v jupyter)"' </dev/null 2>/dev/null |
        sed -n 's/^@@\(.*\)@@$/\1/p' | tail -n 1)
    ;;
  esac
  take "$found" && return 0
  take "$(command -v jupyter 2>/dev/null)" && return 0
  for place in "$HOME/.local" "$HOME"/miniconda3 "$HOME"/anaconda3 "$HOME"/miniforge3 "$HOME"/mambaforge "$HOME"/.venv \
    "$HOME"/venv /anaconda /anaconda/envs/* /opt/conda /opt/anaconda3 /opt/miniconda3 /opt/miniconda /data/anaconda \
    /data/anaconda/envs/* /usr/local /snap; do
    take "$place/bin/jupyter" && return 0
  done
  return 1
}

find_servers() {
  each_server_file say_if_running
  if find_jupyter; then
    say "jupyter $app"
    mkdir -p "$state" && printf '%s/jupyter\n' "$dir" >"$state/found"
  fi
}

start_server() {
  mkdir -p "$state"
  found=
  [ ! -r "$state/found" ] || IFS= read -r found <"$state/found"
  if ! take "$found" && ! find_jupyter; then
    say missing
    return
  fi

  # sun_path has room for 107 characters (unix(7)).
  socket=$state/$$.sock
  if [ "$LC_SOCKET" = yes ] && [ ${#socket} -lt 108 ]; then
    set -- "--NotebookApp.sock=$socket" "--ServerApp.sock=$socket"
  else
    set -- --NotebookApp.ip=127.0.0.1 --ServerApp.ip=127.0.0.1 \
      --NotebookApp.port_retries=200 --ServerApp.port_retries=200
  fi
  [ "$(id -u)" != 0 ] || set -- "$@" --allow-root

  # It outlives this connection: a training run must survive a bad Wi-Fi. Each family ignores the other's options.
  cd "$HOME" || cd /
  log=$state/server.log
  detach=$(command -v setsid 2>/dev/null)
  (
    PATH=$dir:$PATH
    JUPYTER_TOKEN=$LC_TOKEN
    export PATH JUPYTER_TOKEN
    exec ${detach:+"$detach"} nohup "$dir/jupyter-$app" --no-browser "$@"
  ) </dev/null >"$log" 2>&1 &
  server=$!

  i=0
  while [ $i -lt 900 ]; do
    each_server_file say_if_ours
    if ! kill -0 $server 2>/dev/null; then
      say ended
      tail -n 20 "$log" | tr -cd '\t\n -~' | while IFS= read -r line; do say "log $line"; done
      return
    fi
    sleep 0.1 2>/dev/null || sleep 1
    i=$((i + 1))
  done
  kill $server 2>/dev/null
  say late
}

case $LC_MODE in
find) find_servers ;;
start) start_server ;;
stop) ! is_jupyter "$LC_PID" || kill "$LC_PID" ;;
esac
say end

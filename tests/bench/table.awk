# table - the results of the bench: for each peer the least and the median of its rounds, how many times that initbox's
# least is, and whether the target is met. It is the least that is compared: what is above it comes from whatever else
# the machine had to do. Reads tests/bench/figures, then lines "FIGURE PEER VALUE". Variables:
#
#   md      markdown for the README instead: all figures in one table
#   check   print nothing; exit 1 if a target is missed by more than a quarter
FILENAME ~ /figures$/ {
  if (/^#/ || !NF) next
  order[++figures] = $1
  unit[$1] = $2
  target[$1] = $3
  what[$1] = $0
  sub(/^[^ ]+ +[^ ]+ +[^ ]+ +/, "", what[$1])
  next
}
{
  if (!(($1, $2) in times)) peers[$1] = peers[$1] " " $2
  value[$1, $2, ++times[$1, $2]] = $3 + 0
  if (times[$1, $2] == 1 || $3 + 0 < least[$1, $2]) least[$1, $2] = $3 + 0
}

function median(f, p,   n, i, j, t, v) {
  n = times[f, p]
  for (i = 1; i <= n; i++) {
    t = value[f, p, i]
    for (j = i - 1; j && v[j] > t; j--) v[j + 1] = v[j]
    v[j + 1] = t
  }
  return n % 2 ? v[(n + 1) / 2] : (v[n / 2] + v[n / 2 + 1]) / 2
}

# Three digits that count.
function show(v) {
  return sprintf(v >= 100 || v == int(v) ? "%d" : v >= 10 ? "%.1f" : "%.2f", v >= 100 ? v + 0.5 : v)
}

function best(f,   n, list, i, p) {
  n = split(peers[f], list, " ")
  for (i = 1; i <= n; i++)
    if (list[i] != "initbox" && list[i] !~ /^bare/ && (p == "" || least[f, list[i]] < least[f, p])) p = list[i]
  return p
}

# What one target is in this run's units; "" if its peer was not measured. Sets `says`.
function bound(f, t,   part, peer) {
  if (split(t, part, "*") == 1) {
    says = "at most " t
    return t + 0
  }
  peer = part[2] == "best" ? best(f) : part[2]
  says = "at most " (part[1] == 1 ? "" : part[1] " x ") peer "'s"
  return times[f, peer] ? part[1] * least[f, peer] : ""
}

# Is one of the targets missed by more than `slack`? Sets `says` to that one, else to the last.
function missed(f, slack,   n, list, i, limit) {
  n = split(target[f], list, ",")
  for (i = 1; i <= n; i++) {
    limit = bound(f, list[i])
    if (limit != "" && least[f, "initbox"] > limit * slack) return 1
  }
  return 0
}

function table(f,   n, list, i, late) {
  printf "\n%s (%s)\n  %-14s %9s %9s %9s\n", what[f], unit[f], "", "least", "median", "ratio"
  n = split(peers[f], list, " ")
  for (i = 1; i <= n; i++) {
    printf "  %-14s %9s %9s", list[i], show(least[f, list[i]]), show(median(f, list[i]))
    if (list[i] != "initbox") {
      printf " %9s", least[f, list[i]] ? show(least[f, "initbox"] / least[f, list[i]]) : "-"
    } else if (target[f] != "-") {
      late = missed(f, 1)
      printf "            %s: %s", says, late ? "MISS" : "ok"
    }
    print ""
  }
}

function row(f,   n, list, i, cell) {
  n = split(peers[f], list, " ")
  for (i = 1; i <= n; i++)
    if (list[i] != "initbox") cell = cell (cell == "" ? "" : ", ") list[i] " " show(least[f, list[i]])
  says = ""
  if (target[f] != "-") missed(f, 1)
  printf "| %s (%s) | **%s** | %s | %s |\n", what[f], unit[f], show(least[f, "initbox"]), cell, says
}

END {
  if (md) print "| | initbox | others | target |\n|---|---|---|---|"
  for (i = 1; i <= figures; i++) {
    f = order[i]
    if (!times[f, "initbox"]) continue
    if (check) failed = failed || (target[f] != "-" && missed(f, 1.25))
    else if (md) row(f)
    else table(f)
  }
  exit failed
}

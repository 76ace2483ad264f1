#!/usr/bin/python3
# Writes cronspec.table: what two other programs say about when schedules are due. Needs Debian's python3-croniter and
# tzdata, and `npm install cron-parser` in the directory that NODE_PATH names:
#
#   NODE_PATH=/some/node_modules python3 tests/core/pure/cronspec_oracle.py >tests/core/pure/cronspec.table
#
# A line: EXPRESSION ZONE START TIMES, with tabs between; START is in minutes since 1970, the times are in minutes from
# the one before (s: seconds), x3: three such.
#
# Both must say the same, or one of them does not know the expression; what they differ in goes to stderr. Local times
# are turned into UTC by Python's zoneinfo for croniter and by Luxon for cron-parser. Left out is what they do otherwise
# than Vixie's cron by their own documentation:
#   - the nights when local time changes: their rules differ (croniter repeats jobs, cron-parser moves them)
#   - cron-parser: a day with a weekday beside it is OR also for */2 (Vixie: AND); croniter can be told (day_or)
#   - croniter: 5L or 5#2 beside a day is AND, and a list of all days, 0-3,4-6, counts as * (Vixie: OR)
#   - croniter's mistakes: */10 as a day steps from the end of February over the first of March; 6-7/1 has no Sunday
#   - W and ~: neither has them
import json, os, random, re, subprocess, sys
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo
from croniter import croniter

N = 10
UTC = ZoneInfo("UTC")
HERE = os.path.dirname(os.path.abspath(__file__))
rnd = random.Random(4)

COMMON = """* * * * *|*/5 * * * *|*/15 * * * *|*/7 * * * *|0 * * * *|17 * * * *|25 6 * * *|47 6 * * 7|52 6 1 * *|0 2 * * *
0 3 * * 6|0 5 1 * *|0 0 * * *|0 0 * * 0|0 0 1 1 *|0 0 29 2 *|0 0 31 * *|0 0 30 * *|0 12 13 * 5|0 12 13 * *|0 0 1 */3 *
0 9-17 * * 1-5|*/10 9-17 * * mon-fri|30 8 * jan-mar,dec sun|0,30 * * * *|5-59/20 * * * *|0 4 8-14 * 6|0 22 * * 1,3,5
59 23 31 12 *|0 0 28-31 * *|0 0 1-7 * 1|23 0-20/2 * * *|5/15 * * * *|0 5/6 * * *|0 0 15 2/3 *|0 0 */2 * 1|0 0 1 * */2
0 0 */10 * *|0 0 */2 * */3|0 6 L * *|0 6 L 2 *|0 0 * * 5L|0 0 * * 1#2|0 0 * * 0#5|0 0 29 2 1|0 0 31 1-6 *|* * 29 2 *
*/10 * * * * *|30 0 0 * * *|15,45 */2 * * * *|0 0 12 L * *|59 59 23 31 12 *|*/7 5 4 * * 1-5|1-10/3 0 0 1 * *""".replace("\n", "|").split("|")

ZONES = ["UTC"] * 6 + ["Asia/Tokyo", "Asia/Kolkata", "Asia/Kathmandu", "America/Phoenix", "Pacific/Marquesas", "Etc/GMT+12",
         "Pacific/Kiritimati", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Europe/London", "America/St_Johns"]
CHANGES = ZONES[-5:]  # there only hours from 4 to 21, when local time does not change


def value(low, high, names):
    n = rnd.randint(low, high)
    return names[n - low] if names and n - low < len(names) and rnd.random() < 0.3 else str(n)


def field(low, high, names=None, star=0.3):
    if rnd.random() < star:
        return "*"
    parts = []
    for _ in range(rnd.choice([1, 1, 1, 2, 3])):
        kind = rnd.random()
        if kind < 0.5:
            parts.append(value(low, high, names))
        else:
            a = rnd.randint(low, high)
            b = rnd.randint(a, high)
            part = "%d-%d" % (a, b)
            if kind < 0.6 and names and b - low < len(names):
                part = names[a - low] + "-" + names[b - low]
            if a == b:
                part = str(a)
            elif kind > 0.75:
                part += "/%d" % rnd.randint(1, max(1, b - a))
            parts.append(part)
    if rnd.random() < 0.15:
        return "*/%d" % rnd.randint(1, (high - low + 1) // 2)
    if rnd.random() < 0.08 and not names:
        return "%d/%d" % (rnd.randint(low, high - 1), rnd.randint(1, (high - low) // 2))
    return ",".join(parts)


def expression(hours):
    month = "jan feb mar apr may jun jul aug sep oct nov dec".split()
    weekday = "sun mon tue wed thu fri sat".split()
    day, wday = field(1, 31, star=0.55), field(0, 7, weekday, star=0.55)
    special = rnd.random()
    if special < 0.05:
        day = "L"
    elif special < 0.1:
        wday = "%dL" % rnd.randint(0, 6)
    elif special < 0.15:
        wday = "%d#%d" % (rnd.randint(0, 6), rnd.randint(1, 5))
    words = [field(0, 59), field(*hours, star=0 if hours[0] else 0.3), day, field(1, 12, month, star=0.6), wday]
    if rnd.random() < 0.15:
        words.insert(0, field(0, 59, star=0.1))
    return " ".join(words)


def by_croniter(text, zone, start):
    words = text.split()
    seconds = words.pop(0) if len(words) == 6 else None
    day, weekday = words[2], words[4]
    words[4] = re.sub(r"^(\d)L$", r"L\1", weekday)
    both = day[0] == "*" or weekday[0] == "*"
    if seconds is not None:
        words.append(seconds)
    local = datetime.fromtimestamp(start, UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    try:
        it = croniter(" ".join(words), local, day_or=not both, max_years_between_matches=50)
        if any(words[i][0] != "*" and it.expanded[i] == ["*"] for i in (2, 4)):
            return None
        return [int(it.get_next(datetime).replace(tzinfo=ZoneInfo(zone)).timestamp()) for _ in range(N)]
    except Exception:
        return None


def coded(start, times):
    out, last, same = [], start, 0
    steps = []
    for t in times:
        d = t - last
        steps.append(str(d // 60) if d % 60 == 0 else "%ds" % d)
        last = t
    i = 0
    while i < len(steps):
        j = i
        while j < len(steps) and steps[j] == steps[i]:
            j += 1
        out.append(steps[i] + ("x%d" % (j - i) if j - i > 1 else ""))
        i = j
    return " ".join(out)


def main():
    asked = []
    for text in COMMON:
        for year, month in (1972, 2), (1999, 8), (2024, 2), (2026, 11), (2095, 5):
            asked.append((text, "UTC", int(datetime(year, month, 27, 23, 50, tzinfo=UTC).timestamp())))
    while len(asked) < 2800:
        zone = rnd.choice(ZONES)
        text = expression((4, 21) if zone in CHANGES else (0, 23))
        year = rnd.randint(1975, 2090) if zone == "UTC" else rnd.randint(2000, 2036)
        start = datetime(year, rnd.randint(1, 12), rnd.randint(1, 28), rnd.randint(0, 23), rnd.randint(0, 59), tzinfo=UTC)
        asked.append((text, zone, int(start.timestamp())))
    js = subprocess.run(["node", os.path.join(HERE, "cronspec_oracle.js")], text=True, stdout=subprocess.PIPE, check=True,
                        input="".join(json.dumps([*a, N]) + "\n" for a in asked)).stdout.splitlines()
    both = one = neither = differ = 0
    for (text, zone, start), answer in zip(asked, js):
        a, b = by_croniter(text, zone, start), json.loads(answer)
        day, _, weekday = text.split()[-3:]
        if "*/" in day + weekday and day != "*" and weekday != "*":
            b = None
        if day != "*" and re.search("#|L|-7/", weekday):
            a = None
        if "*/" in day and datetime.fromtimestamp(start, UTC).month == 2:
            a = None
        if a and b and a != b:
            print(text, zone, start, a, b, sep="\t", file=sys.stderr)
            differ += 1
            continue
        if not a and not b:
            neither += 1
            continue
        both += bool(a and b)
        one += not (a and b)
        print(text, zone, start // 60, coded(start, a or b), sep="\t")
    print("both %d, one %d, neither %d, different %d" % (both, one, neither, differ), file=sys.stderr)


main()

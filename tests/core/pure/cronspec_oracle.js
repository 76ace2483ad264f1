// The half of cronspec_oracle.py that asks npm's cron-parser: one JSON array [EXPRESSION, ZONE, START, N] a line on stdin,
// for each the N next times on stdout, or null where it does not know the expression.
const {CronExpressionParser} = require('cron-parser');

for (const line of require('fs').readFileSync(0, 'utf8').split('\n').filter(Boolean)) {
  const [expression, tz, start, n] = JSON.parse(line);
  let times = null;
  try {
    const schedule = CronExpressionParser.parse(expression, {tz, currentDate: new Date(start * 1000)});
    times = Array.from({length: n}, () => schedule.next().getTime() / 1000);
  } catch (e) {
    times = null;
  }
  console.log(JSON.stringify(times));
}

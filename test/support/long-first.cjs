/**
 * The long suites first: started last, one of them would run alone at the end. A fresh clone has no times of an earlier run, by which
 * jest would sort, so it is said here which they are; a suite that is not named runs after them, the larger file first as jest has it.
 */
const { default: Sequencer } = require('@jest/test-sequencer');

const LONG = [
  'attacks/attacks', 'e2e/outages', 'e2e/dr-kill', 'e2e/kill', 'e2e/webhook-kill', 'gateway/blast-radius', 'e2e/bad-prober', 'e2e/sweep',
  'e2e/watch', 'clients/cli/wingman', 'e2e/claim-table', 'supervisor/whole-product', 'clients/cli/hook/hook', 'attacks/telegram',
  'e2e/webhooks', 'e2e/dr-story', 'e2e/dr', 'e2e/dr-failures', 'races/quarantine', 'clients/mcp/mcp',
];

const rank = (path) => {
  const at = LONG.findIndex((name) => path.endsWith(`/test/${name}.test.ts`));
  return at < 0 ? LONG.length : at;
};

module.exports = class LongFirst extends Sequencer {
  sort(tests) {
    const usual = super.sort(tests);
    return usual.map((test, at) => ({ test, at })).sort((a, b) => rank(a.test.path) - rank(b.test.path) || a.at - b.at).map(({ test }) => test);
  }
};

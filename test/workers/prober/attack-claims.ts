/** The paths of the `claim` attack entries, and whether the claim as a whole may come out true, false or neither. `acme` has ROOT. */
export interface ClaimedPaths {
  readonly id: string;
  readonly expect: 'allow' | 'false' | 'unverifiable';
  readonly paths: readonly string[];
}

export const claimedPaths = (root: string): readonly ClaimedPaths[] =>
  ([
    ['CLM-001', 'allow', 'ROOT/reports/q1.json'],
    ['CLM-003', 'allow', 'ROOT/reports/q1.json', 'ROOT/backup.tar'],
    ['CLM-004', 'allow', 'ROOT/notes with spaces.txt'],
    ['CLM-005', 'allow', 'ROOT/reports/übersicht.md'],
    ['CLM-013', 'false', 'ROOT/reports/missing.json'],
    ['CLM-014', 'false', 'ROOT/reports/missing.json'],
    ['CLM-026', 'unverifiable', '/etc/passwd'],
    ['CLM-029', 'unverifiable', 'ROOT/../globex/secret.json'],
    ['CLM-030', 'unverifiable', 'ROOT/evil_link'],
    ['CLM-031', 'unverifiable', 'ROOT/evil_dir/passwd'],
    ['CLM-032', 'unverifiable', 'ROOT/loop_link'],
    ['CLM-033', 'unverifiable', '/proc/self/environ'],
    ['CLM-034', 'unverifiable', '/dev/zero'],
    ['CLM-035', 'unverifiable', 'ROOT/fifo1'],
    ['CLM-037', 'unverifiable', 'ROOT/....//....//etc/passwd'],
    ['CLM-038', 'unverifiable', 'ROOT/reports/q1.json\0.txt'],
    ['CLM-042', 'unverifiable', '~/.ssh/id_ed25519'],
    ['CLM-043', 'unverifiable', '$HOME/x'],
    ['CLM-044', 'unverifiable', `ROOT/${'a'.repeat(5_000)}`],
  ] as const).map(([id, expect, ...paths]) => ({ id, expect, paths: paths.map((path) => path.replace('ROOT', root)) }));

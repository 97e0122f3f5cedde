import { checkInstruction, toInstruction } from '../../../domain/instruction/instruction';
import { SECTIONS, type Section } from '../../../domain/instruction/report';
import { expandText } from '../../attacks/macros';
import { growth, LINEAR_AT_MOST } from '../../support/growth';

const BODIES: Readonly<Record<Section, string>> = {
  DELIVERABLES: 'Restart the web container and attach the log extract.',
  SUCCESS_CRITERIA: 'Health endpoint returns 200 for five minutes.',
  BOUNDARIES: 'Only the container named web; the database stays untouched.',
  DEPENDENCIES: 'Image nginx:1.27 is already present on the host.',
  MITIGATION: 'Start the previous container again if the check fails.',
  TEST_PROCESS: 'Call the health endpoint every ten seconds.',
  TEST_RESULTS_FORMAT: 'One JSON line per probe with time and status.',
  RESOURCE_REQUIREMENTS: 'One CPU and 256 MB for two minutes.',
  RISK_ASSESSMENT: 'Low: short interruption of the shop front page.',
  QUALITY_METRICS: 'Zero failed probes after the restart.',
};
const title = (section: string): string =>
  section
    .toLowerCase()
    .replaceAll('_', ' ')
    .replace(/^./, (first) => first.toUpperCase());

function doc(
  heading: (section: Section) => string = (section) => `${section}:`,
  bodies: Partial<Record<Section, string>> = {},
): string {
  return SECTIONS.map((section) => `${heading(section)}\n${bodies[section] ?? BODIES[section]}\n`).join('\n');
}
const missing = (text: string): readonly string[] => checkInstruction(text).missing_sections;

describe('a heading', () => {
  it.each<[string, (section: Section) => string]>([
    ['NAME:', (name) => `${name}:`],
    ['NAME alone', (name) => name],
    ['## NAME', (name) => `## ${name}`],
    ['### NAME:', (name) => `### ${name}:`],
    ['# Name of words', (name) => `# ${title(name)}`],
    ['###### name ######', (name) => `###### ${name.toLowerCase()} ######`],
    ['**NAME**', (name) => `**${name}**`],
    ['**NAME:**', (name) => `**${name}:**`],
    ['**Name**:', (name) => `**${title(name)}**:`],
    ['__NAME__', (name) => `__${name}__`],
    ['## **NAME**', (name) => `## **${name}**`],
    ['1. NAME', (name) => `1. ${name}`],
    ['2) Name', (name) => `2) ${title(name)}`],
    ['## 3. Name', (name) => `## 3. ${title(name)}`],
    ['**4. NAME**', (name) => `**4. ${name}**`],
    ['Name of words:', (name) => `${title(name)}:`],
    ['name-with-dashes:', (name) => `${name.toLowerCase().replaceAll('_', '-')}:`],
    ['- **NAME**:', (name) => `- **${name}**:`],
    ['NAME (what it is):', (name) => `${name} (what it is):`],
    ['## 📦 Name', (name) => `## 📦 ${title(name)}`],
    ['Name underlined', (name) => `${title(name)}\n-------`],
    ['NAME: as it was indented in a client', (name) => `        ${name}:`],
  ])('counts as %s', (_form, heading) => {
    expect(checkInstruction(doc(heading))).toMatchObject({ approved: true, score: 100, missing_sections: [] });
  });

  it('may have its body on the same line', () => {
    const text = SECTIONS.map((section) => `${section}: ${BODIES[section]}`).join('\n');
    expect(checkInstruction(text)).toMatchObject({ approved: true, score: 100 });
    const bold = SECTIONS.map((section) => `- **${title(section)}:** ${BODIES[section]}`).join('\n');
    expect(checkInstruction(bold)).toMatchObject({ approved: true, score: 100 });
  });

  it('counts with any line ends, a byte order mark, and text around', () => {
    expect(missing(doc().replaceAll('\n', '\r\n'))).toEqual([]);
    expect(missing(doc().replaceAll('\n', '\r'))).toEqual([]);
    expect(missing(`\ufeff${doc()}`)).toEqual([]);
    expect(missing(`# Task 42\n\nSee the ticket.\n\n${doc()}\nCOMMANDS:\ndocker restart web\n\nSign-off: ops`)).toEqual(
      [],
    );
  });

  const only = (line: string): string => doc((section) => (section === 'MITIGATION' ? line : `${section}:`));
  it.each([
    ['in prose', 'Note: MITIGATION is described in the wiki.'],
    ['with a Greek letter', 'MITIGATI\u039fN:'],
    ['with a Cyrillic letter', 'M\u0456tigation:'],
    ['in full-width letters', 'ＭＩＴＩＧＡＴＩＯＮ:'],
    ['with a zero-width space', 'MITI\u200bGATION:'],
    ['behind a zero-width space', '\u200bMITIGATION:'],
    ['quoted', '> MITIGATION:'],
    ['struck out', '~~MITIGATION:~~'],
    ['in a comment', '<!-- MITIGATION: -->'],
    ['in a Markdown comment', '[//]: # (MITIGATION:)'],
    ['as part of a word', 'MITIGATIONS:'],
    ['as part of a name', 'PRE_MITIGATION:'],
    ['misspelt', 'MITGATION:'],
    ['in a list, as a word', '- Mitigation: see below'],
    ['as a plain word', 'Mitigation'],
  ])('does not count %s', (_name, line) => {
    expect(missing(only(line))).toContain('MITIGATION');
  });

  it('does not count in a code block, a quotation or a comment that holds the whole document', () => {
    const quoted = doc()
      .split('\n')
      .map((line) => `> ${line}`)
      .join('\n');
    for (const text of [`\`\`\`\n${doc()}\`\`\``, `~~~\n${doc()}~~~`, `<!--\n${doc()}-->`, `<!-- ${doc()}`, quoted]) {
      expect(checkInstruction(text)).toMatchObject({ approved: false, score: 0 });
    }
  });

  it('says why what looks like one does not count', () => {
    expect(checkInstruction(only('MITI\u200bGATION:')).validation.MITIGATION).toBe(
      'missing: it is written with look-alike or invisible characters (line 13)',
    );
    expect(checkInstruction(only('> MITIGATION:')).validation.MITIGATION).toBe('missing: it is quoted (line 13)');
    expect(checkInstruction(`\`\`\`\n${doc()}\`\`\``).validation.DELIVERABLES).toBe(
      'missing: it stands inside a code block (line 2)',
    );
    expect(checkInstruction('').validation.DELIVERABLES).toBe('missing: no heading of this name');
  });
});

describe('a body', () => {
  const withBody = (body: string, section: Section = 'MITIGATION'): string => doc(undefined, { [section]: body });

  it.each([
    '',
    '   ',
    '\t\n\n',
    '-',
    '- \n- ',
    '* ',
    '1. ',
    '...',
    '---',
    '***',
    '???',
    'TBD',
    'tbd.',
    'TODO',
    'To be determined',
    'to be decided later',
    'N/A',
    'n.a.',
    'none',
    'None.',
    '- TBD\n- TODO',
    'XXX',
    'FIXME',
    'placeholder',
    'coming soon',
    'pending',
    'lorem ipsum dolor sit amet',
    '<!-- todo -->',
    '<!-- a whole sentence in a comment -->',
    '[//]: # (a whole sentence)',
    '\u200b\u200b',
    '\u00a0\u3000',
    '\u2800',
    'MITIGATION',
    'Mitigation: mitigation',
    'The mitigation is the mitigation.',
    'MITIGATION TEST_PROCESS QUALITY_METRICS',
    '<describe the mitigation here>',
    '[fill this in]',
    '{{mitigation}}',
    '> only a quotation of somebody',
    '~~struck out text~~',
    'see above',
    'See wiki.',
    'same as above',
    'as described above',
    'x',
    'ok',
    'yes',
    'foo bar',
    'asdf',
    'blah blah blah',
    'word word word word',
    'insert text here',
    'your text here',
    'details to follow',
    '- [ ]',
    '| |',
  ])('of %j says nothing', (body) => {
    expect(missing(withBody(body))).toEqual(['MITIGATION']);
  });

  it.each([
    'Restore the backup.',
    '- Restart the previous image\n- Tell ops',
    '1. Roll back.\n2. Verify.',
    'Rückfall auf das alte Abbild',
    '失敗した場合は前のコンテナを起動する',
    'Откатить контейнер',
    'Start `web` again',
    '```\ndocker start web\n```',
    '### Steps\nStart the old container.',
    'Rollback',
    '| step | who |\n|---|---|\n| restart | ops |',
    'If it fails (TBD by whom) the old image is started.',
    'None needed beyond a restart of the old container.',
    '- [ ] Start the old container',
  ])('of %j says something', (body) => {
    expect(missing(withBody(body))).toEqual([]);
  });

  it('may say that there are no dependencies', () => {
    expect(missing(withBody('None.', 'DEPENDENCIES'))).toEqual([]);
    expect(missing(withBody('No external dependencies', 'DEPENDENCIES'))).toEqual([]);
    expect(missing(withBody('TBD', 'DEPENDENCIES'))).toEqual(['DEPENDENCIES']);
  });

  it('may be one word where a word is enough', () => {
    expect(missing(withBody('JSON', 'TEST_RESULTS_FORMAT'))).toEqual([]);
  });

  it.each<[string, (section: Section, at: number) => string]>([
    ['one sentence', () => 'The container is restarted and checked carefully.'],
    ['one sentence with a number', (_section, at) => `The container is restarted and checked carefully ${at}.`],
    ['one sentence with the section name', (section) => `The ${title(section)} is that the container gets restarted.`],
    [
      'one sentence in another order',
      (_section, at) => (at % 2 === 0 ? 'restart web carefully today please' : 'carefully restart web today please'),
    ],
    [
      'one sentence with one other word',
      (_section, at) => `the container named web gets restarted by our operator team w${'abcdefghij'.charAt(at)}`,
    ],
  ])('that is %s in all ten sections counts in none', (_name, body) => {
    const bodies = Object.fromEntries(SECTIONS.map((section, at) => [section, body(section, at)]));
    expect(checkInstruction(doc(undefined, bodies))).toMatchObject({ approved: false, score: 0 });
  });

  it('that is pasted into two sections counts in neither, and says of which it is a copy', () => {
    const report = checkInstruction(doc(undefined, { MITIGATION: BODIES.TEST_PROCESS }));
    expect(report.missing_sections).toEqual(['MITIGATION', 'TEST_PROCESS']);
    expect(report.validation.MITIGATION).toBe('line 13: says the same as TEST_PROCESS');
  });

  it('ends at the next heading, whatever that is', () => {
    const tail = `${doc().replace(/QUALITY_METRICS:[^]*/, 'QUALITY_METRICS:\n\n')}`;
    expect(missing(`${tail}COMMANDS:\ndocker stop web\n`)).toEqual(['QUALITY_METRICS']);
    expect(missing(`${tail}## Appendix\nsome more text here\n`)).toEqual(['QUALITY_METRICS']);
  });

  it('may be in parts under one name', () => {
    expect(missing(doc().replace('MITIGATION:\n', 'MITIGATION:\n\nMITIGATION:\n'))).toEqual([]);
  });
});

describe('a report', () => {
  it('scores ten points a section and says what is wrong where', () => {
    const report = checkInstruction(
      doc(undefined, { MITIGATION: 'TBD', DELIVERABLES: 'Run deploy --force, then rm -rf /srv.' }),
    );
    expect(report).toMatchObject({
      approved: false,
      score: 90,
      missing_sections: ['MITIGATION'],
      validation: { DELIVERABLES: 'present', MITIGATION: 'line 13: holds only a placeholder' },
      policy_checks: {
        no_hardcoded_secrets: true,
        no_forbidden_actions: false,
        no_force_flags: false,
        has_mitigation_plan: false,
        has_boundaries: true,
        has_test_process: true,
      },
    });
    expect(report.findings).toEqual([
      { check: 'section', section: 'MITIGATION', line: 13, message: 'MITIGATION line 13: holds only a placeholder' },
      { check: 'no_force_flags', line: 2, message: 'line 2 orders a force flag' },
      { check: 'no_force_flags', line: 2, message: 'line 2 orders the short force flag' },
      { check: 'no_forbidden_actions', line: 2, message: 'line 2 orders a recursive or forced rm' },
    ]);
  });

  it('says where a secret is, and never the secret', () => {
    const secret = expandText('ghp_{{fake:alnum:36}}');
    const report = checkInstruction(doc(undefined, { DEPENDENCIES: `The token is ${secret} for now.` }));
    expect(report.policy_checks.no_hardcoded_secrets).toBe(false);
    expect(report.findings).toEqual([
      {
        check: 'no_hardcoded_secrets',
        line: 11,
        column: 14,
        message: 'line 11, column 14 holds what looks like a secret (github-token); name a variable instead',
      },
    ]);
    expect(JSON.stringify(report)).not.toContain(secret.slice(4, 12));
  });

  it('finds secrets and orders that invisible characters take apart', () => {
    const secret = expandText('gh\u200bp_{{fake:alnum:36}}');
    expect(
      checkInstruction(doc(undefined, { DEPENDENCIES: `token ${secret}` })).policy_checks.no_hardcoded_secrets,
    ).toBe(false);
    expect(
      checkInstruction(doc(undefined, { DELIVERABLES: 'Run deploy --fo\u200brce now.' })).policy_checks.no_force_flags,
    ).toBe(false);
    expect(checkInstruction(doc(undefined, { DELIVERABLES: 'Run r\u043c... no: rm -\u0433f /srv.' })).approved).toBe(
      false,
    );
  });
});

describe('what is no text', () => {
  it.each<[string, unknown, string]>([
    ['an object', { DELIVERABLES: 'x' }, 'INVALID_FIELD'],
    ['a list', ['DELIVERABLES'], 'INVALID_FIELD'],
    ['a number', 1, 'INVALID_FIELD'],
    ['nothing', undefined, 'INVALID_FIELD'],
    ['null', null, 'INVALID_FIELD'],
    ['half a character', 'a\ud800', 'INVALID_FIELD'],
    ['a NUL', 'a\0b', 'INVALID_FIELD'],
    ['endless text', 'x'.repeat(262_145), 'BODY_TOO_LARGE'],
  ])('such as %s is refused', (_name, value, code) => {
    expect(() => toInstruction(value)).toThrow(expect.objectContaining({ code }) as Error);
  });

  it('is told from text, which comes back as it is', () => {
    expect(toInstruction('')).toBe('');
    expect(toInstruction(doc())).toBe(doc());
  });
});

describe('the longest instruction', () => {
  const LENGTH = 256 * 1024;
  const filled = (piece: string): string => piece.repeat(Math.ceil(LENGTH / piece.length)).slice(0, LENGTH);

  it.each([
    '( ',
    'a',
    'a ',
    '\n',
    '\t',
    ' ',
    '\r',
    '-',
    '--force ',
    'rm ',
    'rm -',
    'run rm -rf /. ',
    'curl x | ',
    'never run ',
    "don't use ",
    ' is forbidden',
    'eyJ',
    'eyJ-',
    'eyJa.',
    '://',
    'a://b:c',
    'password=',
    'password: x\n',
    'secret=a1B2c3D4e5F6g7H8 ',
    '-----BEGIN PRIVATE KEY-----\n',
    '\\',
    '"',
    '<!--',
    '```\n',
    'DELIVERABLES:\n',
    '# DELIVERABLES\nabc def\n',
    '**',
    '> ',
    '[',
    'sk-ant-a1-',
    'xoxb-',
    '0',
    '0:',
    '\u200b',
    '\u0430',
    'é',
    '😀',
    '1. ',
    '. ',
    'you are now a ',
    'ignore all the ',
  ])('made of %j takes time in proportion to its length', (piece) => {
    expect(checkInstruction(filled(piece)).approved).toBe(false);
    expect(growth(checkInstruction, (length) => filled(piece).slice(0, length), LENGTH)).toBeLessThan(LINEAR_AT_MOST);
  });

  it('passes when it is a good one with much behind it', () => {
    expect(checkInstruction(`${doc()}\n${filled('( ').slice(0, 200_000)}`).approved).toBe(true);
  });
});

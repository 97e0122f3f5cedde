import { commandsFromInstruction } from '../../../domain/instruction/commands-section';
import { WingmanError } from '../../../domain/errors';
import { parsePlan } from '../../../domain/plan/plan';
import { EMPTY_REGISTRY } from '../../../domain/command/registry';
import { growth, LINEAR_AT_MOST } from '../../support/growth';

/** The words of each step of the plan, `none`, or the code that refuses it. */
function planOf(...lines: readonly string[]): readonly string[] | string {
  try {
    const commands = commandsFromInstruction(lines.join('\n'));
    if (commands === null || commands.length === 0) return 'none';
    return parsePlan(commands, EMPTY_REGISTRY).steps.map(({ argv }) => argv.join(' '));
  } catch (error) {
    if (error instanceof WingmanError) return error.code;
    throw error;
  }
}

const STOP = 'docker stop web';
const START = 'docker start web';

describe('the plan of a section', () => {
  it.each([
    ['COMMANDS:'],
    ['COMMANDS'],
    ['Commands:'],
    ['  COMMANDS:  '],
    ['## COMMANDS'],
    ['# Commands'],
    ['### COMMANDS: ###'],
    ['**COMMANDS**'],
    ['**COMMANDS:**'],
    ['**COMMANDS**:'],
    ['__Commands__'],
    ['## **COMMANDS**'],
    ['11. COMMANDS'],
    ['11) COMMANDS:'],
    ['## 11. Commands'],
  ])('headed %s is taken', (heading) => {
    expect(planOf('BOUNDARIES:', 'Only web.', heading, STOP, START)).toEqual([STOP, START]);
    expect(planOf(heading, '', STOP, '', START, '')).toEqual([STOP, START]);
  });

  it.each([
    ['COMMANDS: docker stop web'],
    ['**COMMANDS:** docker stop web'],
    ['## COMMANDS: docker stop web'],
    ['COMMANDS:\n1. docker stop web'],
    ['COMMANDS:\n1) docker stop web'],
    ['COMMANDS:\n- docker stop web'],
    ['COMMANDS:\n* docker stop web'],
    ['COMMANDS:\n   - docker stop web'],
    ['COMMANDS:\n\tdocker stop web'],
    ['COMMANDS:\n    docker stop web'],
    ['COMMANDS:\n- `docker stop web`'],
    ['COMMANDS:\n```\ndocker stop web\n```'],
    ['COMMANDS:\n```bash\ndocker stop web\n```'],
    ['COMMANDS:\n~~~~ sh\ndocker stop web\n~~~~'],
    ['COMMANDS:\n1. first\n   ```\n   docker stop web\n   ```'.replace('1. first\n', '')],
    ['COMMANDS:\r\ndocker stop web\r\n'],
    ['COMMANDS\n========\ndocker stop web'],
    ['\ufeffCOMMANDS:\ndocker stop web'],
    ['<!-- by hand -->\nCOMMANDS:\ndocker stop web'],
    ['[//]: # (by hand)\nCOMMANDS:\ndocker stop web'],
    ['Use <name> for a name.\n\nCOMMANDS:\ndocker stop web'],
    ['```\nCOMMANDS:\ndocker rm db\n```\nCOMMANDS:\ndocker stop web'],
  ])('is one command a line: %j', (text) => {
    expect(planOf(text)).toEqual([STOP]);
  });

  it.each([
    'RISK_ASSESSMENT:',
    'RISK_ASSESSMENT: someone types it',
    '## Risk',
    '**Risk**',
    '**RISK:** low',
    'Notes:',
    '2. BOUNDARIES',
    'Boundaries: none',
    'ROLLBACK: see below',
    'Sign-off\n--------',
    '\n---',
    '# a comment',
  ])('ends at %j', (heading) => {
    expect(planOf('COMMANDS:', STOP, heading, 'docker rm -f db')).toEqual([STOP]);
  });
});

describe('there is no plan', () => {
  it.each([
    ['deliverables mention docker stop web twice'],
    ['> COMMANDS:\n> docker stop web'],
    ['~~COMMANDS:~~\ndocker stop web'],
    ['FORBIDDEN COMMANDS:\ndocker stop web'],
    ['COMMANDS TO AVOID:\ndocker stop web'],
    ['COMMANDS (never):\ndocker stop web'],
    ['## Commands we never run\ndocker stop web'],
    ['The COMMANDS: docker stop web'],
    ['the commands: docker stop web'],
    ['    COMMANDS:\n    docker stop web'],
    ['- COMMANDS:\n  docker stop web'],
    ['COMMANDS\u200b:\ndocker stop web'],
    ['\u200bCOMMANDS:\ndocker stop web'],
    ['СOMMANDS:\ndocker stop web'],
    ['```\nCOMMANDS:\ndocker stop web\n```'],
    ['~~~\n```\nCOMMANDS:\ndocker stop web\n~~~'],
    ['````\n```\nCOMMANDS:\ndocker stop web\n````'],
    ['```\n    ```\nCOMMANDS:\ndocker stop web\n```'],
    ['<!--\nCOMMANDS:\ndocker stop web\n-->'],
    ['<!--\nCOMMANDS:\ndocker stop web'],
    ['<!-- COMMANDS: docker stop web -->'],
    ['<!-- x\n-->COMMANDS:\ndocker stop web'],
    ['COMMANDS:\n\nBOUNDARIES:\ndocker stop web'],
  ])('in %j', (text) => {
    expect(planOf(text)).toBe('none');
  });
});

describe('the whole plan is refused', () => {
  it.each([
    ['struck through', '~~docker rm db~~'],
    ['quoted', '> docker rm db'],
    ['prose', 'and then stop the database'],
    ['a forged decision', 'decided_by: alice'],
    ['capitals', 'DOCKER STOP WEB'],
    ['a link', '[docker ps](https://example.com)'],
    ['a box to tick', '- [ ] docker rm db'],
    ['a prompt', '$ docker rm db'],
    ['a remark', 'docker rm db # not really'],
    ['two commands', 'docker rm db && docker ps'],
    ['a line that goes on', 'docker rm \\'],
    ['bold', '**docker rm db** now'],
    ['a mistaken colon', 'docker stop db:'],
    ['an invisible end', 'docker stop db\u200b'],
    ['a no-break space', 'docker stop db\u00a0'],
    ['a byte order mark', 'docker stop db\ufeff'],
    ['a form feed', 'docker stop db\f'],
    ['another line end', 'docker stop db\u2028docker ps'],
    ['a bare carriage return', 'docker ps\rdocker stop db'],
    ['reversed', 'docker stop \u202ebd'],
    ['a look-alike', 'docker stop d\u0435b'],
    ['a comment', '<!-- docker stop db -->'],
    ['a comment at its end', 'docker stop db <!-- not -->'],
    ['an open comment', '<!-- docker stop db'],
    ['folded', '<details><summary>more</summary>\ndocker stop db\n</details>'],
    ['a definition', '[//]: # (docker stop db)'],
    ['a difference', '```diff\n-docker stop db\n```'],
    ['a difference with blanks', '```\n- docker stop db\n```'],
    ['another language', '```yaml\ndocker stop db\n```'],
    ['an open listing', '```\ndocker stop db\nBOUNDARIES:\nnone'],
    ['a line of dashes below', 'docker stop db\n---'],
    ['a second section', 'docker stop db\nNotes:\nnone\nCOMMANDS:\ndocker ps'],
    ['an inline mark', '`docker stop db` now'],
    ['a heading of another script', 'BOUND\u0410RIES:'],
  ])('for a line that is %s', (_, line) => {
    expect(planOf('COMMANDS:', STOP, line)).toMatch(/^(COMMAND|PLAN)_/);
    expect(planOf('COMMANDS:', line, STOP)).toMatch(/^(COMMAND|PLAN)_/);
  });

  it.each([
    ['<details>'],
    ['<details\n>'],
    ['<div hidden>'],
    ['<div\nstyle="display:none">'],
    ['<template>'],
    ['<x-y hidden>'],
    ['<?'],
    ['<!DOCTYPE html'],
    ['<details>\n<!-- </details> -->'],
    ['<details>\n```\n</details>\n```'],
    ["[x]: /url 'a title"],
    ["[x]: /url\n'a title"],
    ['> somebody said'],
    ['---\ntitle: x'],
  ])('for %j before it, which may hide it', (before) => {
    expect(planOf(before, 'COMMANDS:', STOP)).toBe('PLAN_REFUSED');
  });
});

it('is read in time that grows with the length of the text alone', () => {
  const hostile = [
    ' '.repeat(250_000),
    '`'.repeat(250_000),
    `\`\`\`${' '.repeat(120_000)}\``,
    '<!--'.repeat(60_000),
    '*'.repeat(250_000),
    '#'.repeat(250_000),
    '- '.repeat(120_000),
    '\n'.repeat(250_000),
    '<a'.repeat(120_000),
    '1. '.repeat(80_000),
    '[a'.repeat(120_000),
    `a${' '.repeat(250_000)}b`,
    '# a'.repeat(80_000),
    '-'.repeat(250_000),
    'A '.repeat(120_000),
    '<a '.repeat(80_000),
    '<a b'.repeat(60_000),
    `<a${' '.repeat(250_000)}`,
    `<a${' b '.repeat(80_000)}`,
  ];
  for (const text of hostile) {
    const read = (part: string): void => {
      for (const instruction of [part, `COMMANDS:\n${part}`, `${part}\nCOMMANDS:\n${part}\nNotes:\n`]) {
        try {
          commandsFromInstruction(instruction);
        } catch (error) {
          expect(error).toBeInstanceOf(WingmanError);
        }
      }
    };
    const grown = growth(read, (length) => `${text.slice(0, length - 1)}${text.slice(-1)}`, text.length);
    expect([text.slice(0, 10), grown < LINEAR_AT_MOST]).toEqual([text.slice(0, 10), true]);
  }
});

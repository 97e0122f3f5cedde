import { matchesGlob } from '../../../domain/text/glob';
import { growth, LINEAR_AT_MOST } from '../../support/growth';

it.each([
  ['web', 'web', true],
  ['web', 'web1', false],
  ['web', 'WEB', false],
  ['wingman-*', 'wingman-api', true],
  ['wingman-*', 'wingman-', true],
  ['wingman-*', 'wingman', false],
  ['wingman-*', 'my-wingman-api', false],
  ['*', 'anything', true],
  ['*-db', 'shop-db', true],
  ['*-db', 'shop-db-1', false],
  ['a*b*c', 'axbxc', true],
  ['a*b*c', 'acb', false],
  ['ab*ba', 'aba', false],
  ['a.c', 'abc', false],
  ['', '', true],
  ['', 'a', false],
])('%s matches %s: %s', (pattern, name, expected) => {
  expect(matchesGlob(pattern, name)).toBe(expected);
});

it('takes no time that an attacker could choose', () => {
  const pattern = `${'a*'.repeat(60)}b`;
  expect(matchesGlob(pattern, 'a'.repeat(50_000))).toBe(false);
  expect(growth((text) => matchesGlob(pattern, text), (length) => 'a'.repeat(length), 50_000)).toBeLessThan(LINEAR_AT_MOST);
});

/**
 * How often an experiment is repeated: a few times in the suites of every day, as often as was promised where somebody asks for it
 * (`WINGMAN_TEST_FULL=1 npm test -- test/races`). The test says the number that it ran.
 */
export const isFullRun = process.env['WINGMAN_TEST_FULL'] === '1';

export function repetitions({ everyDay, full }: { readonly everyDay: number; readonly full: number }): number {
  return isFullRun ? full : everyDay;
}

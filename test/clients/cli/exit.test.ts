import { CliFailure, failureText, toFailure } from '../../../clients/cli/exit';
import { nextStep } from '../../../clients/cli/next-step';
import { WingmanApiError, WingmanUnreachable } from '../../../clients/sdk/errors';
import { ERROR_CODES, refusal } from '../../../domain/errors';

const ID = '7f3a0001-0000-4000-8000-000000000000';
const api = (status: number, code: string, problem: Readonly<Record<string, unknown>> = {}): WingmanApiError => new WingmanApiError(status, code, 'the message', problem);

describe('how the command ends', () => {
  it.each([
    ['a mistake of usage', new CliFailure('x', 2), 2],
    ['a refusal by the gate', api(422, 'COMMAND_UNKNOWN_VERB', { status: 'AUTO_REJECTED' }), 3],
    ['another 422', api(422, 'ENVIRONMENT_UNKNOWN', { status: 422 }), 1],
    ['what has expired', api(410, 'EXPIRED'), 4],
    ['an approval that lapsed', api(410, 'APPROVAL_LAPSED'), 4],
    ['what ran out of time', api(503, 'TIMED_OUT'), 4],
    ['a late decision', api(409, 'ALREADY_DECIDED'), 1],
    ['nobody there', new WingmanUnreachable('http://h'), 1],
    ['a refusal of our own', refusal('CONFIG_INVALID', 'x'), 1],
    ['anything else', new TypeError('x'), 1],
    ['what is no error', 'x', 1],
  ])('has a code for %s', (_, error, exitCode) => {
    expect(toFailure(error).exitCode).toBe(exitCode);
  });

  it('says code, message, further reasons and the next step', () => {
    const reasons = [{ code: 'A', message: 'one' }, { code: 'B', message: 'two' }];
    expect(failureText(toFailure(api(422, 'COMMAND_QUOTING', { status: 'AUTO_REJECTED', reasons, request: { request_id: ID } })))).toMatch(
      /^COMMAND_QUOTING: the message\n {2}A: one\n {2}B: two\n {2}Next: docs\/commands\.md/,
    );
    expect(failureText(toFailure(api(422, 'COMMAND_QUOTING', { reasons: reasons.slice(0, 1) })))).not.toContain('A: one');
    expect(failureText(toFailure(api(409, 'ALREADY_DECIDED', { request: { request_id: ID } })))).toBe(`ALREADY_DECIDED: the message\n  Next: wingman show ${ID}`);
    expect(failureText(toFailure(new WingmanApiError(429, 'RATE_LIMITED', 'slowly', {}, 30)))).toBe('RATE_LIMITED: slowly\n  Next: try again in 30 s');
    expect(failureText(toFailure(new WingmanUnreachable('http://h:1')))).toBe('Wingman does not answer at http://h:1; is it running (`npm start`)?');
  });

  it('prints no control characters of a server', () => {
    expect(failureText(toFailure(new WingmanApiError(400, 'HTTP_400', '\u001b[2Jcleared', {})))).toBe('HTTP_400: \\u{001B}[2Jcleared');
  });

  it('has next steps for codes that exist', () => {
    const stepped = ['UNAUTHENTICATED', 'FORBIDDEN', 'LOCKED', 'QUARANTINED', 'NOT_FOUND', 'TARGET_CHANGED', 'POLICY_REFUSED', 'DATABASE_UNAVAILABLE', 'STEP_ALREADY_EXECUTED', 'PLAN_HASH_MISMATCH'];
    expect(stepped.filter((code) => !ERROR_CODES.some((known) => known === code))).toEqual([]);
    expect(stepped.filter((code) => nextStep(api(409, code)) === null)).toEqual([]);
  });
});

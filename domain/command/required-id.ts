import { targetKey, type ResolvedTargets, type TargetRef } from './action';
import { refusal } from '../errors';

/** The engine id that the gateway resolved. @throws WingmanError TARGET_UNRESOLVED when there is nothing of that name */
export function requiredId(ids: ResolvedTargets, target: TargetRef): string {
  const id = ids.get(targetKey(target));
  if (id === undefined)
    throw refusal('TARGET_UNRESOLVED', `there is no ${target.kind} ${target.name}`, { target: target.name });
  return id;
}

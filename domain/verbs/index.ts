/** Every Docker verb that there is. Adding one is adding a file and its line here. */
import type { VerbSpec } from '../action';
import { build } from './build';
import { containerPrune, imagePrune, networkPrune, volumePrune } from './prune';
import { diff } from './diff';
import { exec } from './exec';
import { history } from './history';
import { imageInspect } from './image-inspect';
import { images } from './images';
import { info } from './info';
import { inspect } from './inspect';
import { kill } from './kill';
import { logs } from './logs';
import { networkCreate } from './network-create';
import { networkInspect } from './network-inspect';
import { networkLs } from './network-ls';
import { networkRm } from './network-rm';
import { pause, unpause } from './pause';
import { port } from './port';
import { ps } from './ps';
import { pull } from './pull';
import { rename } from './rename';
import { restart, start, stop } from './lifecycle';
import { rm } from './rm';
import { rmi } from './rmi';
import { run } from './run';
import { stats } from './stats';
import { tag } from './tag';
import { top } from './top';
import { update } from './update';
import { version } from './version';
import { volumeCreate } from './volume-create';
import { volumeInspect } from './volume-inspect';
import { volumeLs } from './volume-ls';
import { volumeRm } from './volume-rm';
import { wait } from './wait';

/** A verb whose argument type is its own affair: what `parse` gave is what the other members are handed. */
export type AnyVerb = VerbSpec<unknown>;

// Each file keeps its arguments typed; here they are only passed through, from its own `parse` to its own other members.
const anyVerb = <A>(verb: VerbSpec<A>): AnyVerb => verb;

export const VERBS: readonly AnyVerb[] = [
  anyVerb(build), anyVerb(containerPrune), anyVerb(diff), anyVerb(exec), anyVerb(history), anyVerb(imageInspect), anyVerb(imagePrune), anyVerb(images),
  anyVerb(info), anyVerb(inspect), anyVerb(kill), anyVerb(logs), anyVerb(networkCreate), anyVerb(networkInspect), anyVerb(networkLs), anyVerb(networkPrune),
  anyVerb(networkRm), anyVerb(pause), anyVerb(port), anyVerb(ps), anyVerb(pull), anyVerb(rename), anyVerb(restart), anyVerb(rm), anyVerb(rmi), anyVerb(run),
  anyVerb(start), anyVerb(stats), anyVerb(stop), anyVerb(tag), anyVerb(top), anyVerb(unpause), anyVerb(update), anyVerb(version), anyVerb(volumeCreate),
  anyVerb(volumeInspect), anyVerb(volumeLs), anyVerb(volumePrune), anyVerb(volumeRm), anyVerb(wait),
];

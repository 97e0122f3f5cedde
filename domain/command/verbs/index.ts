/** Every Docker verb that there is. Adding one is adding a file and its line here. */
import type { VerbSpec } from '../action';
import type { Json } from '../../text/canonical-json';
import { build } from './build';
import { builderPrune } from './builder-prune';
import { buildxLs, buildxVersion, clientVersion, composeVersion, contextLs, contextShow } from './client-answers';
import { commit } from './commit';
import { composeLs } from './compose-ls';
import { create } from './create';
import { events } from './events';
import { networkConnect, networkDisconnect } from './network-connect';
import { push } from './push';
import { containerPrune, imagePrune, networkPrune, volumePrune } from './prune';
import { diff } from './diff';
import { exec } from './exec';
import { history } from './history';
import { cp, exportContainer, importImage, load, save } from './host-files';
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
import { systemDf } from './system-df';
import { tag } from './tag';
import { top } from './top';
import { update } from './update';
import { version } from './version';
import { volumeCreate } from './volume-create';
import { volumeInspect } from './volume-inspect';
import { volumeLs } from './volume-ls';
import { volumeRm } from './volume-rm';
import { wait } from './wait';

/** A verb whose argument type is its own affair: what its `parse` gave is what its other members are handed. */
export type AnyVerb = VerbSpec<Json>;

export const VERBS: readonly AnyVerb[] = [
  build,
  builderPrune,
  buildxLs,
  buildxVersion,
  clientVersion,
  commit,
  composeLs,
  composeVersion,
  containerPrune,
  contextLs,
  contextShow,
  cp,
  create,
  diff,
  events,
  exec,
  exportContainer,
  history,
  imageInspect,
  imagePrune,
  importImage,
  images,
  info,
  inspect,
  kill,
  load,
  logs,
  networkConnect,
  networkCreate,
  networkDisconnect,
  networkInspect,
  networkLs,
  networkPrune,
  networkRm,
  pause,
  port,
  ps,
  pull,
  push,
  rename,
  restart,
  rm,
  rmi,
  run,
  save,
  start,
  stats,
  stop,
  systemDf,
  tag,
  top,
  unpause,
  update,
  version,
  volumeCreate,
  volumeInspect,
  volumeLs,
  volumePrune,
  volumeRm,
  wait,
];

import type { EngineCall, EngineReply, StepResult, VerbSpec } from '../action';
import { formatSize } from '../output/format-amount';
import { readFlags } from '../read-flags';
import { requireOperands } from '../require-operands';
import { renderColumns, type Column, type Row } from '../output/table';

interface DiskUse {
  readonly LayersSize: number;
  readonly Images:
    readonly { readonly Size: number; readonly SharedSize: number; readonly Containers: number }[] | null;
  readonly Containers: readonly { readonly State: string; readonly SizeRw?: number }[] | null;
  readonly Volumes:
    readonly { readonly UsageData?: { readonly Size: number; readonly RefCount: number } | null }[] | null;
  readonly BuildCache: readonly { readonly Size: number; readonly InUse: boolean; readonly Shared: boolean }[] | null;
}

/** Sizes of one kind: how many there are, and which of them are in use. */
interface Use {
  readonly active: boolean;
  readonly size: number;
}

const COLUMNS: readonly Column[] = [
  { field: 'Type', header: 'TYPE' },
  { field: 'TotalCount', header: 'TOTAL' },
  { field: 'Active', header: 'ACTIVE' },
  { field: 'Size', header: 'SIZE' },
  { field: 'Reclaimable', header: 'RECLAIMABLE' },
];
const LIVE = ['running', 'paused', 'restarting'];

export const systemDf: VerbSpec<Record<string, never>> = {
  verb: 'system df',
  spellings: [['system', 'df']],
  summary: 'shows what the engine uses of the disk',
  parse(words) {
    requireOperands('system df', readFlags(words, {}).operands, 0, 0);
    return {};
  },
  reversibility: () => 'READ_ONLY',
  targets: () => [],
  creates: () => [],
  render: () => 'shows what the engine uses of the disk',
  *run(): Generator<EngineCall, StepResult, EngineReply> {
    const { json } = yield { method: 'GET', path: '/system/df', answer: 'json', expect: [200] };
    return { exit_code: 0, output: renderColumns(COLUMNS, rowsOf(json as DiskUse)) };
  },
};

function rowsOf({ LayersSize, Images, Containers, Volumes, BuildCache }: DiskUse): readonly Row[] {
  const images = (Images ?? []).map(({ Size, SharedSize, Containers: users }): Use => ({
    active: users > 0,
    // -1: the engine did not work it out.
    size: Size < 0 || SharedSize < 0 ? 0 : Size - SharedSize,
  }));
  const containers = (Containers ?? []).map(({ State, SizeRw = 0 }): Use => ({
    active: LIVE.includes(State),
    size: SizeRw,
  }));
  const volumes = (Volumes ?? []).map(({ UsageData }): Use => ({
    active: (UsageData?.RefCount ?? 0) > 0,
    size: Math.max(0, UsageData?.Size ?? 0),
  }));
  const cache = (BuildCache ?? []).map(({ Size, InUse, Shared }): Use => ({ active: InUse, size: Shared ? 0 : Size }));
  return [
    // Layers are shared between images, so their sum is known to the engine alone.
    row('Images', images, LayersSize),
    row('Containers', containers),
    row('Local Volumes', volumes),
    row('Build Cache', cache),
  ];
}

function row(type: string, uses: readonly Use[], total = sum(uses)): Row {
  const active = uses.filter((use) => use.active);
  const free = Math.max(0, total - sum(active));
  const share = total > 0 ? ` (${String(Math.floor((free * 100) / total))}%)` : '';
  return {
    Type: type,
    TotalCount: String(uses.length),
    Active: String(active.length),
    Size: formatSize(total),
    Reclaimable: `${formatSize(free)}${share}`,
  };
}

const sum = (uses: readonly Use[]): number => uses.reduce((total, { size }) => total + size, 0);

import type { RunBegan, RunEnded } from '../../formats/exit-record.ts'
import { readCgroup } from './cgroup.ts'
import { isSame, withStarts } from './job-tree.ts'
import {
  indexProcesses,
  peakMemory,
  type ProcessIndex,
  type ProcessRow,
  withAllBelow,
} from './process-list.ts'

export interface JobFigures {
  readonly cpuSeconds: number | null
  readonly memoryBytes: number | null
  readonly peakMemoryBytes: number | null
  readonly processes: number
  readonly measuredBy: 'cgroup' | 'sampled' | 'shell' | null
}

/**
 * A look at a running job; one index serves any number of jobs. The peak is what this look shows: the caller keeps
 * the greatest. `spare` are processes of ours that may live below it.
 */
export function measureRunning(
  began: RunBegan,
  index: ProcessIndex = indexProcesses(),
  spare: ReadonlySet<number> = new Set(),
): JobFigures {
  const isBarred = (row: ProcessRow): boolean => spare.has(row.pid) || row.pid === process.pid
  const roots = rootsOf(began, index).filter((row) => !isBarred(row))
  const members = [...withAllBelow(roots, index, isBarred).values()]
  const group = began.cgroup === null ? null : readCgroup(began.cgroup)
  const memory = members.reduce((sum, row) => sum + row.memoryBytes, 0)
  const highest = members.reduce((most, row) => Math.max(most, peakMemory(row.pid)), 0)
  const cpuMs = members.reduce((sum, row) => sum + row.cpuMs, 0)
  return {
    cpuSeconds: (group?.cpuMs ?? cpuMs) / 1000,
    memoryBytes: group?.memoryBytes ?? memory,
    peakMemoryBytes: group?.peakBytes ?? Math.max(memory, highest),
    processes: members.filter((row) => !row.isRemains).length,
    measuredBy: typeof group?.peakBytes === 'number' ? 'cgroup' : 'sampled',
  }
}

/** What the record says of a job that has ended, with the greatest peak that was sampled while it ran. */
export function measureEnded(
  end: RunEnded,
  began: RunBegan | null,
  sampledPeakBytes: number | null,
): JobFigures {
  const cpuUs = end.cgroupUs ?? end.userUs + end.systemUs
  const told = end.maxRssKb > (began?.floorKb ?? 0) ? end.maxRssKb * 1024 : 0
  const peak = end.cgroupPeakBytes ?? Math.max(told, sampledPeakBytes ?? 0)
  return {
    cpuSeconds: cpuUs / 1e6,
    memoryBytes: null,
    peakMemoryBytes: peak === 0 ? null : peak,
    processes: 0,
    measuredBy: end.cgroupUs !== null ? 'cgroup' : sampledPeakBytes === null ? 'shell' : 'sampled',
  }
}

function rootsOf(began: RunBegan, { byPid, childrenOf }: ProcessIndex): readonly ProcessRow[] {
  const waiter = byPid.get(began.waiter.pid)
  if (waiter && isSame(waiter, withStarts(began.waiter, true)))
    return childrenOf.get(waiter.pid) ?? []
  const job = byPid.get(began.job.pid)
  return job && isSame(job, withStarts(began.job, true)) ? [job] : []
}

import type { RunPaths } from './run-paths.ts'

/** How far ending a job looks for what belongs to it. */
export type Reach = 'scope' | 'cgroup' | 'subreaper' | 'scan'

export interface LaunchOrder {
  readonly paths: RunPaths
  readonly argv: readonly string[]
  readonly cwd: string
  readonly umask: number
  /** 0: no cap. */
  readonly logCapBytes: number
  /** A cgroup to make for it and to run it in. */
  readonly cgroup?: string
}

export type LaunchReply =
  /** Its waiter runs. Whether the command could be executed is in the record at the end. */
  | { readonly kind: 'running' }
  /** The fence was there: another waiter has it, or it was cancelled. */
  | { readonly kind: 'taken' }
  /** Nothing has run and nothing is burned. */
  | { readonly kind: 'failed'; readonly step: string; readonly errno: number }
  /** The launcher died; there may or may not be a waiter. */
  | { readonly kind: 'gone'; readonly why: string }

export interface Launcher {
  /** What it can do for jobs that get no cgroup. */
  readonly reach: Reach
  readonly pid: number
  isOpen(): boolean
  /** Who is given up is killed, whatever else it has in hand; waiters stay. */
  launch(order: LaunchOrder, giveUp?: AbortSignal): Promise<LaunchReply>
  /** Waiters and jobs stay. */
  close(): void
}

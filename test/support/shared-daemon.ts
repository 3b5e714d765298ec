import { after, before } from 'node:test'
import type { Cleaning } from './cleaning.ts'
import { type DaemonOptions, startDaemon, type TestDaemon } from './daemon.ts'
import { memoryOf } from './memory.ts'

export interface SharedDaemon {
  /** The daemon, once the tests of the file run. */
  get(): TestDaemon
  socket(): string
  /** Resident memory of its process, in bytes. */
  memory(): number
}

/** One daemon for all tests of a file, for those that leave no trace others could see. */
export function shareDaemon(options: Omit<DaemonOptions, 'house'> = {}): SharedDaemon {
  const steps: (() => void | Promise<void>)[] = []
  const file: Cleaning = { after: (step) => void steps.push(step) }
  let daemon: TestDaemon | undefined
  before(async () => {
    daemon = await startDaemon(file, options)
  })
  after(async () => {
    for (const step of steps) await step()
  })
  function get(): TestDaemon {
    if (daemon === undefined) throw new Error('the daemon is not started yet')
    return daemon
  }
  return { get, socket: () => get().house.paths.socket, memory: () => memoryOf(get().pid) }
}

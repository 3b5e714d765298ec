import { readdirSync, readFileSync } from 'node:fs'

/** Processor time a living process has used so far, all threads, in milliseconds. */
export function cpuMsOf(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`)
  const nanoseconds = threads.map((thread) => {
    const [ran = '0'] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').split(' ')
    return Number(ran)
  })
  return nanoseconds.reduce((total, each) => total + each, 0) / 1e6
}

/** Memory that is really there (RSS), in megabytes. */
export function residentMbOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1')
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024
}

export function needsProc(): void {
  if (process.platform !== 'linux') throw new Error('reads /proc, which only Linux has')
}

import type { Cleaning } from './cleaning.ts'
import { type Program, startCommand } from './program.ts'
import { waitFor } from './wait-for.ts'

/** Lets the kernel do that (`fsync:error=EIO:when=3`) to the main thread of a process, counted from now on. */
export async function inject(t: Cleaning, pid: number, what: string): Promise<Program> {
  const call = what.split(':')[0]
  const args = ['-p', String(pid), '-e', `trace=${call}`, '-e', `inject=${what}`]
  const tracer = startCommand(t, 'strace', args)
  await waitFor(() => tracer.stderr().includes('attached'), { what: 'strace to be there' })
  return tracer
}

/** The eventfd by which Node wakes its own loop. That no disk makes it fail is taken for granted there: it aborts. */
const WAKING = /write\(\d+, "\\1(?:\\0){7}", 8\) += -1 /

/** Whether what was let fail is no disk's doing, so that the process is not to blame for its end. */
export function hasHitTheLoop(tracer: Program): boolean {
  return WAKING.test(tracer.stderr())
}

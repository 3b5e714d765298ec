/** Loses a job whose number a stranger then has, and tells what a daemon made of both. */
import { readFileSync } from 'node:fs'
import { isRunning } from '../../src/host/identity.ts'
import type { Cleaning } from '../support/cleaning.ts'
import { startDaemon } from '../support/daemon.ts'
import { submit, untilEnds, untilJob } from '../support/daemon-jobs.ts'
import { programPath, startCommand } from '../support/program.ts'
import { waitFor } from '../support/wait-for.ts'

const cleaning: (() => void | Promise<void>)[] = []
const t: Cleaning = { after: (step) => void cleaning.push(step) }

try {
  const first = await startDaemon(t)
  const { house } = first
  const id = await submit(house, 'exec sleep 300', { timeout: '1s' })
  const pid = (await untilJob(house, id, (job) => job.pid !== null, 'to run')).pid ?? 0
  const waiter = parentOf(pid)
  await first.kill()
  for (const each of [waiter, pid]) process.kill(each, 'SIGKILL')
  await waitFor(() => !isRunning({ pid }), { what: 'its number to be free' })
  const stranger = startCommand(t, 'sh', [programPath('job-stranger.sh'), String(pid)])
  await stranger.line('had')
  await startDaemon(t, { house })
  const { status, reason } = await untilEnds(house, id)
  console.log(JSON.stringify({ status, reason, lives: isRunning({ pid }) }))
  stranger.child.stdin.end()
  await stranger.ended
} finally {
  for (const step of cleaning) await step()
}

function parentOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
}

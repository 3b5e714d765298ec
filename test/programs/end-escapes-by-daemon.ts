/** Has a daemon end jobs with a process that escapes, by kill and by timeout, and tells what became of each. */
import { existsSync, readFileSync } from 'node:fs'
import { endAllThatKnow, processesWith } from '../host/jobs/job-rig.ts'
import type { Cleaning } from '../support/cleaning.ts'
import { askHouse, startDaemon } from '../support/daemon.ts'
import { logPath, submit, untilEnds, untilJob } from '../support/daemon-jobs.ts'
import type { DaemonEscape } from '../support/escapes.ts'
import type { House } from '../support/house.ts'
import { programPath } from '../support/program.ts'
import { waitFor } from '../support/wait-for.ts'

const cleaning: (() => void | Promise<void>)[] = []
const t: Cleaning = { after: (step) => void cleaning.push(step) }

try {
  const { house } = await startDaemon(t, { env: { CURFEW_JOBS_KILL_GRACE: '200ms' } })
  for (const kind of process.argv.slice(2)) {
    for (const how of ['kill', 'timeout'] as const) {
      console.log(JSON.stringify(await endOne(house, kind, how)))
    }
  }
} finally {
  for (const step of cleaning) await step()
}

async function endOne(house: House, kind: string, how: 'kill' | 'timeout'): Promise<DaemonEscape> {
  const token = `escape-${how}-${kind}-${process.pid}`
  const command = ['sh', programPath('job-escape.sh'), kind, token]
  const id = await submit(house, command, how === 'timeout' ? { timeout: '400ms' } : {})
  const log = logPath(house, id)
  await waitFor(() => existsSync(log) && readFileSync(log, 'utf8').includes('ready'), {
    what: `${kind} to be ready`,
  })
  if (how === 'kill') {
    await untilJob(house, id, ({ pid }) => pid !== null, 'to run')
    if (!kind.startsWith('refork'))
      await waitFor(() => processesWith(token).length >= 2, { what: `${kind} to escape` })
    await askHouse(house, 'kill', { ids: [id] })
  }
  const { status, reach } = await untilEnds(house, id)
  const survived = processesWith(token).length > 0
  await endAllThatKnow(token)
  return { kind, how, status, reach, survived }
}

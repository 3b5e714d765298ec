/** Kills a program that reports, whose number a stranger then has, and tells what is made of both without and with a daemon. */
import { isRunning } from '../../src/host/identity.ts'
import type { Cleaning } from '../support/cleaning.ts'
import { runJson } from '../support/cli.ts'
import { startDaemon } from '../support/daemon.ts'
import { makeHouse } from '../support/house.ts'
import { programPath, startCommand, startProgram } from '../support/program.ts'
import { waitFor } from '../support/wait-for.ts'

const cleaning: (() => void | Promise<void>)[] = []
const t: Cleaning = { after: (step) => void cleaning.push(step) }

try {
  const house = makeHouse(t)
  const reporter = startProgram(t, programPath('report.ts'), [house.home])
  await reporter.line('"/')
  const { pid } = reporter
  await reporter.kill()
  await waitFor(() => !isRunning({ pid }), { what: 'its number to be free' })
  const stranger = startCommand(t, 'sh', [programPath('job-stranger.sh'), String(pid)])
  await stranger.line('had')
  const alone = await runJson(house, ['reports', '--json'])
  const daemon = await startDaemon(t, { house })
  await daemon.event('report_orphaned')
  const [report] = await daemon.ask('reports')
  const { reports } = await daemon.status()
  console.log(JSON.stringify({ alone: alone.value, report, reports, lives: isRunning({ pid }) }))
  stranger.child.stdin.end()
  await stranger.ended
} finally {
  for (const step of cleaning.toReversed()) await step()
}

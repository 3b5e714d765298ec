/** Lives so many random histories of boards through store and model; says how it went, as one line of JSON. */
import fc from 'fast-check'
import type { Cleaning } from '../support/cleaning.ts'
import { openTempTasks } from '../support/open-temp-tasks.ts'
import { histories, liveThrough } from '../support/task-histories.ts'
import { MISTAKES } from '../support/task-model.ts'

const [count = '0', name] = process.argv.slice(2)
const mistake = MISTAKES.find((each) => each === name)
const untilExit: Cleaning = { after: (fn) => void process.once('exit', () => void fn()) }
const { tasks } = openTempTasks(untilExit, ':memory:')
let lived = 0
const property = fc.asyncProperty(histories, async (verbs) => {
  lived += 1
  await liveThrough(tasks, `history ${lived}`, verbs, mistake)
})
const details = await fc.check(property, {
  numRuns: Number(count),
  endOnFailure: mistake !== undefined,
})
const report = details.failed ? fc.defaultReportMessage(details) : null
process.stdout.write(`${JSON.stringify({ lived, report })}\n`)

import assert from 'node:assert/strict'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { isReportId } from '../../src/domain/report-id.ts'
import { TEMP_NAME } from '../../src/host/atomic-write.ts'
import { readReport } from '../../src/host/report-file.ts'
import { needs, needsCommand } from '../support/needs.ts'
import { needsPidNamespace, startLockedIn } from '../support/pid-namespace.ts'
import { programPath, startProgram } from '../support/program.ts'
import { reportNames } from '../support/reports.ts'
import { tempDir } from '../support/temp-dir.ts'
import { waitFor } from '../support/wait-for.ts'

const PROCESSES = 5
const AT_ONCE = 10
const KEPT = 20
const LOOKS = 60

test(`R5: ${PROCESSES * AT_ONCE} writers that all prune, and a lister: nothing fails, what runs stays`, async (t) => {
  const home = tempDir(t)
  const folder = join(home, 'reports')
  writeFileSync(join(home, 'config.json'), JSON.stringify({ reportsKept: KEPT }))
  const writers = Array.from({ length: PROCESSES }, () =>
    startProgram(t, programPath('write-reports.ts'), [home, String(AT_ONCE)]),
  )
  const long = await Promise.all(writers.map(async (each) => JSON.parse(await each.nextLine())))
  const states = new Set<string>()
  for (let look = 0; look < LOOKS; look += 1) {
    for (const name of reportNames(home)) {
      const content = readReport(join(folder, name))?.content
      if (content === undefined) continue
      assert.equal(content.kind, 'report', JSON.stringify(content))
      states.add(content.kind === 'report' ? content.state : '')
    }
    const names = reportNames(home)
    const seen = new Set(names)
    for (const id of long) assert.ok(seen.has(`${id}.json`), `${id} is gone`)
    await waitFor(() => reportNames(home).join() !== names.join(), { what: 'a change' })
  }
  for (const { child } of writers) child.stdin.end()
  let ended = 0
  for (const writer of writers) {
    const said = JSON.parse(await writer.line('{'))
    assert.deepEqual(said.degraded, [])
    ended += said.ended
    assert.equal((await writer.ended).code, 0)
  }
  assert.ok(ended > KEPT, `${ended} reports`)
  assert.deepEqual([...states].toSorted(), ['failed', 'running', 'succeeded'])
  const names = readdirSync(folder)
  assert.deepEqual(
    names.filter((name) => TEMP_NAME.test(name)),
    [],
  )
  // The long ones end with their programs, two of which may leave at the same moment.
  assert.ok(reportNames(home).length <= KEPT + PROCESSES, `${reportNames(home).length} kept`)
  assert.ok(reportNames(home).length >= KEPT)
  const ids = (ending: string): string[] =>
    reportNames(home, ending).map((name) => name.slice(0, 33))
  assert.deepEqual(ids('.log'), ids('.json'), 'both files of each, or none')
})

test('R3: eight processes make two hundred ids each in the same milliseconds: all differ, all sort', async (t) => {
  const folder = join(tempDir(t), 'reports')
  const at = String(Date.now() + 1_500)
  const makers = Array.from({ length: 8 }, () =>
    startProgram(t, programPath('make-report-ids.ts'), [folder, at, '200']),
  )
  const made: string[][] = await Promise.all(
    makers.map(async (maker) => JSON.parse(await maker.nextLine())),
  )
  const all = made.flat()
  assert.equal(new Set(all).size, 1_600)
  for (const ids of made) assert.deepEqual(ids.toSorted(), ids)
  assert.ok(all.every(isReportId))
  assert.equal(readdirSync(folder).length, 1_600)
})

test(
  'R6: the number of a program that was killed was given to a stranger: its report is orphaned, with a daemon and without',
  { skip: needs(needsPidNamespace(), needsCommand('perl')) },
  async (t) => {
    const program = startLockedIn(t, 'lose-reporter.ts', [])
    const { code } = await program.ended
    assert.equal(code, 0, program.stderr())
    const { alone, report, reports, lives } = JSON.parse(program.lines()[0] ?? '')
    const orphaned = { state: 'running', is_alive: false, orphaned: true }
    assert.partialDeepStrictEqual([alone[0], report], [orphaned, orphaned])
    assert.deepEqual([reports, lives], [{ running: 0, wedged: 0, orphaned: 1 }, true])
  },
)

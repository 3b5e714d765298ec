import assert from 'node:assert/strict'
import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { report } from '../../src/wrapper/report.ts'

import { programPath, startProgram } from '../support/program.ts'
import { onlyLog, onlyReport, reportNames } from '../support/reports.ts'
import { tempDir } from '../support/temp-dir.ts'

test('R4: line, tail and status file are bounded, whatever is said', (t) => {
  const home = tempDir(t)
  const argv = Array.from({ length: 1_000 }, () => '\u0001'.repeat(10_000))
  const task = report({ tool: '\u0001'.repeat(100_000), argv, home })
  for (let line = 0; line < 100; line += 1) task.line('\u0001'.repeat(100_000))
  task.message('\u0001'.repeat(1_000_000))
  task.unit('\u0001'.repeat(1_000_000))
  task.finish('failed', { error: '\u0001'.repeat(1_000_000) })
  assert.ok(statSync(task.path).size <= 64 * 1024, `${statSync(task.path).size} bytes`)
  assert.equal((onlyReport(home).tail as string[]).length, 20)
  const lines = onlyLog(home).split('\n')
  assert.equal(lines.length, 101)
  assert.ok(Math.max(...lines.map((line) => line.length)) <= 4_200)
})

test('R4: the log is bounded on disk; its head and its tail stay, and it says what is missing', (t) => {
  const home = tempDir(t)
  const task = report({ tool: 'x', home })
  const text = 'x'.repeat(90)
  const most = 600_000
  for (let line = 0; line < most; line += 1) task.line(`${line} ${text}`)
  task.finish()
  const log = onlyLog(home)
  assert.ok(log.length <= 17 * 1024 * 1024, `${log.length} bytes`)
  assert.ok(log.startsWith('[stdout] 0 x'))
  assert.ok(log.endsWith(`[stdout] ${most - 1} ${text}\n`))
  const marks = log.match(/^\[curfew\] (\d+) bytes were cut out here/gm) ?? []
  assert.equal(marks.length, 1, marks.join())
  const whole = Array.from({ length: most }, (_, line) => 11 + `${line}`.length + text.length)
  const written = whole.reduce((sum, length) => sum + length, 0)
  const gone = Number(/\d+/.exec(marks[0] ?? '')?.[0])
  assert.equal(gone + Buffer.byteLength(log) - 64, written, 'every byte is accounted for')
  assert.equal(task.degraded, undefined)
})

test('R5: the writer itself keeps the newest ended ones, as many as the config says', (t) => {
  const home = tempDir(t)
  writeFileSync(join(home, 'config.json'), '{"reportsKept": 3}')
  const running = report({ tool: 'long', home })
  const ended = Array.from({ length: 6 }, () => {
    const task = report({ tool: 'short', home })
    task.finish()
    return task.id
  })
  const expected = [running.id, ...ended.slice(-3)].toSorted()
  assert.deepEqual(
    reportNames(home),
    expected.map((id) => `${id}.json`),
  )
  assert.deepEqual(
    reportNames(home, '.log'),
    expected.map((id) => `${id}.log`),
  )
  running.finish()
})

test('CURFEW_REPORTS=0 turns writing off', async (t) => {
  const home = tempDir(t)
  const env = { ...process.env, CURFEW_REPORTS: '0' }
  const program = startProgram(t, programPath('report.ts'), [home], { env })
  assert.equal(JSON.parse(await program.nextLine()), '')
  for (const order of ['line a', 'unit b', 'finish failed', 'exit 0']) program.send(order)
  assert.equal((await program.ended).code, 0)
  assert.throws(() => reportNames(home), /ENOENT/)
})

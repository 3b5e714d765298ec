import assert from 'node:assert/strict'
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { report } from '../../src/wrapper/report.ts'
import { onEnd } from '../support/cleaning.ts'
import { needs } from '../support/needs.ts'
import { programPath, startProgram } from '../support/program.ts'
import { onlyLog, onlyReport, readFields } from '../support/reports.ts'
import { tempDir } from '../support/temp-dir.ts'
import { waitFor } from '../support/wait-for.ts'

const asUser = process.getuid?.() === 0 ? 'nothing is read-only to root' : false

test('a report is on disk from its beginning, and says all that the contract names', (t) => {
  const home = tempDir(t)
  const task = report({ tool: 'build', argv: ['build', '-j', '4'], total: 3, home })
  const begun = onlyReport(home)
  assert.deepEqual([begun.state, begun.units_completed, begun.units_total], ['running', 0, 3])
  task.line('compiling')
  task.line('careful', 'stderr')
  task.unit('core')
  task.message('linking')
  task.finish('failed', { exitCode: 2, error: new Error('no room') })
  const { task_id, tool, argv, pid, tail, log_path, ...rest } = onlyReport(home)
  assert.deepEqual(
    [task_id, tool, argv, pid],
    [task.id, 'build', ['build', '-j', '4'], process.pid],
  )
  assert.deepEqual([tail, log_path], [['compiling', 'careful'], task.logPath])
  assert.deepEqual(
    [
      rest.state,
      rest.units_completed,
      rest.last_unit,
      rest.last_message,
      rest.exit_code,
      rest.error,
    ],
    ['failed', 1, 'core', 'linking', 2, 'no room'],
  )
  for (const name of ['started_at', 'updated_at', 'last_line_at', 'process_start', 'boot_id'])
    assert.equal(typeof rest[name], 'string', name)
  assert.equal(typeof rest.elapsed_seconds, 'number')
  assert.equal(onlyLog(home), '[stdout] compiling\n[stderr] careful\n')
  assert.equal(task.degraded, undefined)
})

test('both files are private, and so is the folder', (t) => {
  const home = join(tempDir(t), 'home')
  const task = report({ tool: 'x', home })
  task.finish()
  const mode = (path: string): number => statSync(path).mode & 0o777
  assert.deepEqual([home, join(home, 'reports')].map(mode), [0o700, 0o700])
  assert.deepEqual([task.path, task.logPath].map(mode), [0o600, 0o600])
})

test('R1: what cannot be serialised or shown harms nobody', (t) => {
  const home = tempDir(t)
  const circular: unknown[] = []
  circular.push(circular)
  const hostile = { toString: () => assert.fail('no text') }
  const odd = [1n, Symbol('s'), circular, hostile, '\ud800', undefined, null, () => 1]
  const task = report({ tool: '\udc00tool', argv: odd as unknown as string[], home })
  task.line('\ud83d alone')
  task.line(undefined as unknown as string)
  task.unit(hostile as unknown as string)
  task.message('\ud800')
  task.finish('nonsense' as 'failed', { error: hostile, exitCode: Number.NaN })
  const { state, argv, tail, error } = onlyReport(home)
  assert.equal(state, 'failed')
  assert.equal(Array.isArray(argv) && argv.length, 8)
  assert.deepEqual(tail, ['\ufffd alone', 'undefined'])
  assert.equal(error, '(cannot be shown)')
})

test('R1: an argv that cannot even be read is told, and the report goes on', (t) => {
  const home = tempDir(t)
  const argv = new Proxy([], { get: () => assert.fail('do not touch') })
  const task = report({ tool: 'x', argv, home })
  assert.match(task.degraded ?? '', /argv cannot be read: do not touch/)
  assert.equal(report(undefined as unknown as { tool: string }).id, '', 'nor options')
  task.finish()
  assert.match(String(onlyReport(home).degraded), /argv/)
})

test('R1: a folder that cannot be made is no concern of the program', () => {
  // Nor when it is tried again at the exit: a file that the test removes would be in the way no more.
  const home = '/dev/null/home'
  const task = report({ tool: 'x', home })
  for (let line = 0; line < 10_000; line += 1) task.line('into the void')
  task.unit('u')
  task.finish()
  assert.match(task.degraded ?? '', /ENOTDIR/)
})

test('R1: a read-only folder is no concern of the program', { skip: needs(asUser) }, (t) => {
  const home = tempDir(t)
  const folder = join(home, 'reports')
  mkdirSync(folder, { mode: 0o500 })
  onEnd(t, () => chmodSync(folder, 0o700))
  const task = report({ tool: 'x', home })
  task.line('unheard')
  assert.match(task.degraded ?? '', /EACCES/)
  task.finish()
})

test('R1: a log that went away, or became something else, is told, and the rest goes on', (t) => {
  const home = tempDir(t)
  const victim = join(tempDir(t), 'victim')
  writeFileSync(victim, 'untouched')
  const task = report({ tool: 'x', home })
  rmSync(task.logPath)
  task.line('lost')
  task.unit('one')
  assert.match(task.degraded ?? '', /of the log are lost: ENOENT/)
  symlinkSync(victim, task.logPath)
  task.line('astray')
  task.unit('two')
  assert.match(task.degraded ?? '', /ELOOP/)
  rmSync(task.logPath)
  writeFileSync(task.logPath, '')
  task.line('back')
  task.finish()
  assert.match(onlyLog(home), /^\n\[curfew\] output is missing here: ELOOP\n\[stdout\] back\n$/)
  assert.match(String(onlyReport(home).degraded), /are lost/)
  assert.equal(readFileSync(victim, 'utf8'), 'untouched')
})

test('R2: lines are written at most twice a second, and the last one gets out within a second', async (t) => {
  const home = tempDir(t)
  const program = startProgram(t, programPath('report.ts'), [home])
  const path: string = JSON.parse(await program.nextLine())
  let writes = 0
  let { ino } = statSync(path)
  const count = (): void => {
    const next = statSync(path, { throwIfNoEntry: false })?.ino ?? ino
    if (next !== ino) writes += 1
    ino = next
  }
  const began = performance.now()
  for (let round = 0; performance.now() - began < 2_000; round += 1) {
    program.send('spin 100')
    await program.nextLine()
    count()
  }
  const seconds = (performance.now() - began) / 1_000
  assert.ok(writes <= seconds * 2 + 1, `${writes} writes in ${seconds} s`)
  assert.ok(writes >= 2, `${writes} writes in ${seconds} s`)
  program.send('line Password?')
  await program.nextLine()
  const asked = (): boolean => String(readFields(path).tail).endsWith('Password?')
  await waitFor(asked, { what: 'the prompt', timeoutMs: 1_000 })
})

test('R2: milestones and the end are written at once, and after the end nothing changes', async (t) => {
  const home = tempDir(t)
  const task = report({ tool: 'x', home })
  task.unit('one')
  assert.equal(onlyReport(home).units_completed, 1)
  task.message('almost')
  assert.equal(onlyReport(home).last_message, 'almost')
  task.line('the last')
  task.finish()
  const before = readFileSync(task.path, 'utf8')
  assert.match(before, /"succeeded".*"the last"/)
  task.line('late')
  task.unit('late')
  task.message('late')
  task.finish('failed')
  task[Symbol.dispose]()
  assert.equal(readFileSync(task.path, 'utf8'), before)
  assert.equal(onlyLog(home), '[stdout] the last\n')
})

test('R2: ten thousand units in a row are not ten thousand writes', (t) => {
  const home = tempDir(t)
  const task = report({ tool: 'x', home })
  let writes = 0
  let { ino } = statSync(task.path)
  for (let unit = 0; unit < 10_000; unit += 1) {
    task.unit(`unit ${unit}`)
    const next = statSync(task.path).ino
    if (next !== ino) writes += 1
    ino = next
  }
  assert.ok(writes < 20, `${writes} writes`)
  task.finish()
  const { units_completed, last_unit } = onlyReport(home)
  assert.deepEqual([units_completed, last_unit], [10_000, 'unit 9999'])
})

test('using: a report that is left is cancelled, one that was finished stays as it is', async (t) => {
  const home = tempDir(t)
  let path = ''
  {
    using task = report({ tool: 'x', home })
    path = task.path
  }
  assert.equal(readFields(path).state, 'cancelled')
  {
    await using task = report({ tool: 'y', home })
    path = task.path
    task.finish('succeeded')
  }
  assert.equal(readFields(path).state, 'succeeded')
})

for (const [how, state] of [
  ['exit 0', 'succeeded'],
  ['exit 3', 'failed'],
] as const) {
  test(`R2: a program that leaves with ${how} has its last lines told, and ${state}`, async (t) => {
    const home = tempDir(t)
    const program = startProgram(t, programPath('report.ts'), [home])
    await program.nextLine()
    program.send('line first')
    program.send('line the very last')
    program.send(how)
    await program.ended
    const fields = onlyReport(home)
    assert.deepEqual([fields.state, fields.exit_code], [state, Number(how.slice(5))])
    assert.deepEqual(fields.tail, ['first', 'the very last'])
    assert.equal(onlyLog(home), '[stdout] first\n[stdout] the very last\n')
  })
}

test('a report does not keep its program alive', async (t) => {
  const home = tempDir(t)
  const program = startProgram(t, programPath('report.ts'), [home])
  await program.nextLine()
  program.send('line something to write later')
  program.child.stdin.end()
  assert.equal((await program.ended).code, 0)
  assert.equal(onlyReport(home).state, 'succeeded')
})

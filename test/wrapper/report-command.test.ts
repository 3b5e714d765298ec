import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { type Program, programPath, startProgram } from '../support/program.ts'
import { onlyLog, onlyReport, reportNames } from '../support/reports.ts'
import { tempDir } from '../support/temp-dir.ts'
import { waitFor } from '../support/wait-for.ts'

function reportOn(
  t: TestContext,
  command: readonly string[],
  ...options: string[]
): { home: string; program: Program } {
  const home = tempDir(t)
  const args = ['--home', home, ...options, '--', ...command]
  return { home, program: startProgram(t, programPath('report-command.ts'), args) }
}

const endings: readonly [line: string, code: number, state: string][] = [
  ['exit 0', 0, 'succeeded'],
  ['exit 7', 7, 'failed'],
  ['exit 255', 255, 'failed'],
  ['kill -TERM $$', 143, 'failed'],
  ['kill -KILL $$', 137, 'failed'],
]

for (const [line, code, state] of endings) {
  test(`\`${line}\` ends with ${code}, and its report says ${state}`, async (t) => {
    const { home, program } = reportOn(t, ['sh', '-c', line])
    assert.deepEqual(await program.ended, { code, signal: null })
    const fields = onlyReport(home)
    assert.deepEqual([fields.state, fields.exit_code], [state, code])
  })
}

test('a command that is not there is 127, with one line and a report', async (t) => {
  const { home, program } = reportOn(t, ['no-such-command'])
  assert.equal((await program.ended).code, 127)
  assert.equal(program.stderr(), 'curfew report: no-such-command: command not found\n')
  assert.equal(onlyReport(home).error, 'no-such-command: command not found')
})

test('output passes through byte for byte, and is recorded with the label of its stream', async (t) => {
  const line = 'echo one; read x; echo two >&2; read x; printf "caf\\303\\251 \\377"; cat'
  const { home, program } = reportOn(t, ['sh', '-c', line])
  await program.line('one')
  program.send('go')
  await waitFor(() => program.stderr() === 'two\n', { what: 'two' })
  program.send('go')
  await waitFor(() => program.stdout().includes('café'), { what: 'three' })
  program.child.stdin.end('from stdin')
  assert.equal((await program.ended).code, 0)
  assert.equal(program.stdout(), 'one\ncafé \ufffdfrom stdin')
  assert.equal(program.stderr(), 'two\n')
  assert.equal(onlyLog(home), '[stdout] one\n[stderr] two\n[stdout] café \ufffdfrom stdin')
})

test('R2: a prompt without a newline is in report and log within a second', async (t) => {
  const { home, program } = reportOn(t, ['sh', '-c', 'printf "Password: "; read x; echo " ok"'])
  await waitFor(() => program.stdout() === 'Password: ', { what: 'the prompt' })
  const isTold = (): boolean =>
    String(onlyReport(home).tail) === 'Password: ' && onlyLog(home) === '[stdout] Password: '
  await waitFor(isTold, { what: 'the prompt in the report', timeoutMs: 1_000 })
  program.send('secret')
  await program.ended
  assert.equal(onlyLog(home), '[stdout] Password:  ok\n')
})

test('units are counted by the lines that begin with the prefix, on either stream', async (t) => {
  const line = 'echo "=> core"; echo "  => no"; echo "=> docs" >&2; echo done'
  const { home, program } = reportOn(t, ['sh', '-c', line], '--unit-prefix', '=>', '--total', '4')
  await program.ended
  const { units_completed, units_total, last_unit } = onlyReport(home)
  assert.deepEqual([units_completed, units_total], [2, 4])
  assert.ok(['core', 'docs'].includes(String(last_unit)), String(last_unit))
})

test('a bar that is drawn again and again is one line, not one for every step', async (t) => {
  const line = 'for i in 1 2 3; do printf "\\r$i of 3"; done; echo; echo end'
  const { home, program } = reportOn(t, ['sh', '-c', line])
  await program.ended
  const tail = onlyReport(home).tail as string[]
  assert.deepEqual(tail.slice(-2), ['3 of 3', 'end'])
})

test('R4: output without end and without newlines is bounded', async (t) => {
  const line = 'head -c 3000000 /dev/zero | tr "\\0" x'
  const { home, program } = reportOn(t, ['sh', '-c', line])
  await program.ended
  assert.equal(program.stdout().length, 3_000_000)
  assert.ok(onlyLog(home).length < 5_000)
})

test('signals reach the command', async (t) => {
  const { home, program } = reportOn(t, [process.execPath, programPath('count-signals.ts')])
  await program.line('ready ')
  program.child.kill('SIGTERM')
  await program.line('got SIGTERM')
  program.send('leave')
  assert.equal((await program.ended).code, 9)
  assert.equal(onlyReport(home).exit_code, 9)
})

test('CURFEW_REPORTS=0 runs the command and nothing else', async (t) => {
  const home = tempDir(t)
  const env = { ...process.env, CURFEW_REPORTS: '0' }
  const args = ['--home', home, '--', 'sh', '-c', 'echo hello; exit 4']
  const program = startProgram(t, programPath('report-command.ts'), args, { env })
  assert.equal((await program.ended).code, 4)
  assert.equal(program.stdout(), 'hello\n')
  assert.throws(() => reportNames(home), /ENOENT/)
})

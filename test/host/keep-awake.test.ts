import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { lookAt } from '../../src/host/identity.ts'
import { awakeCommand, keepAwake } from '../../src/host/keep-awake.ts'
import { onEnd } from '../support/cleaning.ts'
import { needs, needsLinux } from '../support/needs.ts'
import { programPath, startProgram } from '../support/program.ts'
import { tempDir } from '../support/temp-dir.ts'
import { waitFor } from '../support/wait-for.ts'

test('J13: what is run, by absolute path, and that it ends with us', () => {
  assert.deepEqual(awakeCommand('linux', 'job 7', 1234), [
    '/usr/bin/systemd-inhibit',
    '--what=idle:sleep',
    '--who=curfew',
    '--why=job 7',
    '--mode=block',
    '--',
    '/bin/cat',
  ])
  assert.deepEqual(awakeCommand('darwin', 'job 7', 1234), [
    '/usr/bin/caffeinate',
    '-i',
    '-w',
    '1234',
  ])
  assert.equal(awakeCommand('win32', 'job 7', 1234), undefined)
})

test('J13: it is held until it is let go, and nothing is told', async (t) => {
  const problems: string[] = []
  const file = `${tempDir(t)}/pid`
  const kept = keepAwake('job 7', (what) => problems.push(what), holding(file))
  onEnd(t, () => kept?.close())
  const pid = await pidIn(file)
  assert.equal(lookAt(pid).state, 'alive')
  kept?.close()
  kept?.close()
  await waitFor(() => lookAt(pid).state === 'gone', { what: 'the tool to end' })
  assert.deepEqual(problems, [])
})

test('J13: it ends with the one who wanted it, also when that one is killed', async (t) => {
  const file = `${tempDir(t)}/pid`
  const program = startProgram(t, programPath('hold-awake.ts'), holding(file))
  const pid = await pidIn(file)
  assert.equal(lookAt(pid).state, 'alive')
  await program.kill('SIGKILL')
  await waitFor(() => lookAt(pid).state === 'gone', { what: 'the tool to end' })
})

test('J13: where there is no tool it is null, and told', (t) => {
  const problems: string[] = []
  const none = `${tempDir(t)}/none`
  assert.equal(
    keepAwake('job 7', (what) => problems.push(what), [none]),
    null,
  )
  assert.equal(
    keepAwake('job 7', (what) => problems.push(what), []),
    null,
  )
  assert.deepEqual(problems, [
    `the machine may fall asleep: ${none}: ENOENT`,
    'the machine may fall asleep: this system has no tool for it',
  ])
})

test('J13: a tool that fails is told once, with what it said', async (t) => {
  const problems: string[] = []
  const command = ['/bin/sh', '-c', 'echo "Access denied" >&2; exit 1']
  const kept = keepAwake('job 7', (what) => problems.push(what), command)
  onEnd(t, () => kept?.close())
  await waitFor(() => problems.length > 0, { what: 'the failure to be told' })
  kept?.close()
  assert.deepEqual(problems, ['the machine may fall asleep: /bin/sh ended with 1 Access denied'])
})

test('J13: a file that cannot be executed is told too', async (t) => {
  const problems: string[] = []
  const file = `${tempDir(t)}/tool`
  writeFileSync(file, '#!/no/such/interpreter\n', { mode: 0o755 })
  keepAwake('job 7', (what) => problems.push(what), [file])
  await waitFor(() => problems.length > 0, { what: 'the failure to be told' })
  assert.match(problems.join(), /^the machine may fall asleep: .*ENOENT/)
})

const tool = awakeCommand(process.platform, '', 1)?.[0] ?? ''
const needsTool = existsSync(tool) ? false : `needs ${tool || 'a tool that keeps it awake'}`

test(
  'J13: the real tool holds, or says why it cannot',
  { skip: needs(needsLinux(), needsTool) },
  async (t) => {
    const problems: string[] = []
    const kept = keepAwake('a test of curfew', (what) => problems.push(what))
    assert.ok(kept)
    onEnd(t, () => kept.close())
    const holds = (): boolean => {
      const { stdout } = spawnSync(tool, ['--list'], { encoding: 'utf8' })
      return stdout.includes('a test of curfew')
    }
    await waitFor(() => problems.length > 0 || holds(), {
      what: 'the tool to hold or to fail',
      timeoutMs: 60_000,
      everyMs: 50,
    })
    t.diagnostic(problems.join() || 'held')
    assert.ok(problems.length <= 1)
  },
)

/** Stands for the tool: runs a command that ends with its stdin. */
function holding(file: string): string[] {
  return ['/bin/sh', '-c', `echo $$ > ${file}.new; mv ${file}.new ${file}; exec cat`]
}

async function pidIn(file: string): Promise<number> {
  await waitFor(() => existsSync(file), { what: 'the tool to run' })
  return Number(readFileSync(file, 'utf8'))
}

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { takeCensus } from '../../src/domain/census.ts'
import { createHeartbeatScanner } from '../../src/host/heartbeat-dir.ts'
import { heartbeatIn, heartbeatsIn, moment, RULES } from '../support/heartbeats.ts'
import { needsCommand } from '../support/needs.ts'
import { type Program, startCommand } from '../support/program.ts'
import { tempDir } from '../support/temp-dir.ts'
import { waitFor } from '../support/wait-for.ts'

const page = readFileSync(new URL('../../docs/wrappers.md', import.meta.url), 'utf8')

interface Recipe {
  readonly language: string
  readonly command: readonly string[]
  /** Makes it refresh often. */
  readonly hurry: readonly [string, string]
  /** Appended: waits for a line, then leaves. */
  readonly rest: string
  readonly skip: string | false
}

const hurrySh = ['sleep 30', 'sleep 0.1'] as const
const recipes: readonly Recipe[] = [
  ...['sh', 'dash', 'bash'].map((shell) => ({
    language: 'sh',
    command: [shell, '-c'],
    hurry: hurrySh,
    rest: 'echo ready; read line; exit 3',
    skip: needsCommand(shell),
  })),
  {
    language: 'python',
    command: ['python3', '-c'],
    hurry: ['label="a script"', 'label="a script", every=0.1'],
    rest: 'print("ready", flush=True)\nline = input()\nwrapper.activity()\ninput()\nraise SystemExit(3)',
    skip: needsCommand('python3'),
  },
]

for (const recipe of recipes) {
  const { command, skip } = recipe
  test(
    `the recipe for ${command[0]} is a wrapper: fresh, refreshed, gone when it leaves`,
    { skip },
    async (t) => {
      const { home, program } = await start(t, recipe)
      assert.deepEqual(await countIn(home), { fresh: 1, stale: 0, orphan: 0 })
      const first = heartbeatIn(home)
      assert.equal(first.pid, program.pid)
      await waitFor(() => isRefreshed(heartbeatIn(home), first), { what: 'a refresh' })
      program.child.stdin.end('\n\n')
      assert.deepEqual(await program.ended, { code: 3, signal: null })
      assert.deepEqual(heartbeatsIn(home), [])
    },
  )

  test(`the recipe for ${command[0]}, killed: an orphan`, { skip }, async (t) => {
    const { home, program } = await start(t, recipe)
    await program.kill()
    assert.deepEqual(await countIn(home), { fresh: 0, stale: 0, orphan: 1 })
  })
}

test('W7: the recipe for Python tells activity', { skip: needsCommand('python3') }, async (t) => {
  const recipe = recipes.find(({ language }) => language === 'python')
  assert.ok(recipe)
  const { home, program } = await start(t, recipe)
  assert.equal(heartbeatIn(home).last_activity, undefined)
  program.send('act')
  await waitFor(() => heartbeatIn(home).last_activity, { what: 'the activity' })
})

test('the example for a program runs', async (t) => {
  const home = tempDir(t)
  const attend = new URL('../../src/wrapper/attend.ts', import.meta.url).href
  const [example = '', ...others] = blocksOf('js')
  assert.equal(others.length, 0)
  const code = example.replace("'curfew'", `'${attend}'`)
  const env = { ...process.env, CURFEW_HOME: home }
  const program = startCommand(t, process.execPath, ['--input-type=module', '-e', code], { env })
  assert.deepEqual(await program.ended, { code: 0, signal: null })
  assert.equal(program.stderr(), '')
  assert.deepEqual(heartbeatsIn(home), [])
})

async function start(t: TestContext, recipe: Recipe): Promise<{ home: string; program: Program }> {
  const { language, command, hurry, rest } = recipe
  const [code = '', ...others] = blocksOf(language)
  assert.equal(others.length, 0)
  assert.ok(code.includes(hurry[0]))
  const home = join(tempDir(t), 'home')
  const [program = '', ...args] = command
  const env = { ...process.env, CURFEW_HOME: home }
  const started = startCommand(t, program, [...args, `${code.replace(...hurry)}\n${rest}\n`], {
    env,
  })
  await started.line('ready')
  return { home, program: started }
}

function blocksOf(language: string): string[] {
  return [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)]
    .filter(([, each]) => each === language)
    .map(([, , code = '']) => code)
}

function isRefreshed(now: object, before: object): boolean {
  return 'pid' in now && JSON.stringify(now) !== JSON.stringify(before)
}

async function countIn(home: string): Promise<object> {
  const scanner = createHeartbeatScanner()
  const { files } = await scanner.scan([{ path: join(home, 'wrappers'), sweep: true }])
  return takeCensus(undefined, files, moment(), RULES).counts
}

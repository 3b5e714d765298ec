import assert from 'node:assert/strict'
import { existsSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import { test, type TestContext } from 'node:test'
import { SHAPES } from '../../src/formats/shapes.ts'
import { runCurfew, runJson } from '../support/cli.ts'
import { markerText, startDaemon, type TestDaemon } from '../support/daemon.ts'
import { CURFEW, type House, makeHouse } from '../support/house.ts'
import { needs, needsCommand, needsLinux } from '../support/needs.ts'
import { type Program, startCommand } from '../support/program.ts'
import { waitFor } from '../support/wait-for.ts'

const onTerminal = { skip: needs(needsLinux(), needsCommand('script')) }

test('L8: with no marker there is nothing to remove, which is a success', async (t) => {
  const house = makeHouse(t)
  const { code, stderr } = await runCurfew(house, ['force-unlock'])
  assert.deepEqual([code, stderr], [0, 'there was no marker\n'])
  const { value } = await runJson(house, ['force-unlock', '--json'])
  assert.deepEqual(value, { removed: false, previous: null, previous_alive: false })
  assert.equal(existsSync(house.home), false)
})

test('L8: a marker of the dead is removed without a question, and says who held it', async (t) => {
  const house = makeHouse(t)
  const daemon = await startDaemon(t, { house })
  const marker = JSON.parse(markerText(house))
  await daemon.kill()
  const { code, value } = await runJson(house, ['force-unlock', '--json'])
  assert.equal(code, 0)
  assert.deepEqual(SHAPES['force-unlock'].parse(value), {
    removed: true,
    previous: marker,
    previous_alive: false,
  })
  assert.equal(existsSync(house.paths.marker), false)
})

test('L8: garbage is removed and told', async (t) => {
  const house = makeHouse(t)
  mkdirSync(house.home, { mode: 0o700 })
  writeFileSync(house.paths.marker, '\u001b[2J{"pid": true}')
  const { code, stderr } = await runCurfew(house, ['force-unlock'])
  assert.equal(code, 0)
  assert.match(stderr, /^removed the marker of an unknown holder: the marker [\x20-\x7e]+\n$/)
  assert.equal(existsSync(house.paths.marker), false)
})

test('L8: a live holder and no terminal is a no: exit 1, nothing removed', async (t) => {
  const daemon = await startDaemon(t)
  const before = markerText(daemon.house)
  const { code, stdout, stderr } = await runCurfew(daemon.house, ['force-unlock'], {
    stdin: 'yes\n',
  })
  assert.deepEqual([code, stdout], [1, ''])
  assert.match(
    stderr,
    new RegExp(
      `process ${daemon.pid} on ${os.hostname()} \\(since [^)]+\\) holds this home and is alive\n`,
    ),
  )
  assert.match(stderr, /curfew: nothing was removed: .* is alive; /)
  assert.equal(markerText(daemon.house), before)
  assert.equal((await daemon.status()).daemon.running, true)
})

test('L7, L8: --yes removes the marker of a live holder, which then stops in order', async (t) => {
  const daemon = await startDaemon(t, { env: { CURFEW_TICK: '200ms' } })
  const { code, value } = await runJson(daemon.house, ['force-unlock', '--yes', '--json'])
  assert.partialDeepStrictEqual(
    { code, value },
    { code: 0, value: { removed: true, previous: { pid: daemon.pid }, previous_alive: true } },
  )
  assert.deepEqual(await daemon.program.ended, { code: 0, signal: null })
})

for (const answer of ['no', 'y', '', 'yes!']) {
  test(
    `L8: on a terminal the answer ${JSON.stringify(answer)} is a no: exit 1, nothing removed`,
    onTerminal,
    async (t) => {
      const daemon = await startDaemon(t)
      const before = markerText(daemon.house)
      const { terminal, code } = await answerOn(t, daemon, `${answer}\n`)
      assert.equal(await code, 1, terminal.stdout())
      assert.match(terminal.stdout(), /nothing was removed/)
      assert.equal(markerText(daemon.house), before)
    },
  )
}

test('L8: on a terminal a typed yes removes it', onTerminal, async (t) => {
  const daemon = await startDaemon(t, { env: { CURFEW_TICK: '200ms' } })
  const { terminal, code } = await answerOn(t, daemon, 'yes\n')
  assert.equal(await code, 0, terminal.stdout())
  assert.match(terminal.stdout(), new RegExp(`removed the marker of process ${daemon.pid} on `))
  assert.equal((await daemon.program.ended).code, 0)
})

test('L8: Ctrl-C and the end of input at the question are a no', onTerminal, async (t) => {
  const daemon = await startDaemon(t)
  const before = markerText(daemon.house)
  for (const key of ['\u0003', '\u0004']) {
    const { terminal, code } = await answerOn(t, daemon, key)
    assert.notEqual(await code, 0, terminal.stdout())
    assert.doesNotMatch(terminal.stdout(), / at .*\.(ts|cjs):/, 'no stack trace')
    assert.equal(markerText(daemon.house), before)
  }
})

test(
  'L8: only the marker that was shown is removed, not one that was written since',
  onTerminal,
  async (t) => {
    const daemon = await startDaemon(t)
    const { house } = daemon
    const { terminal, code } = await answerOn(t, daemon, async () => {
      await daemon.kill()
      const next = await startDaemon(t, { house })
      assert.notEqual(next.pid, daemon.pid)
      return 'yes\n'
    })
    assert.equal(await code, 1, terminal.stdout())
    assert.match(
      terminal.stdout(),
      /the marker was written anew in the meantime and was left alone/,
    )
    const { value } = await runJson(house, ['status', '--json'])
    assert.equal(JSON.parse(markerText(house)).pid, SHAPES.status.parse(value).daemon.pid)
  },
)

test('L8: a folder with something in it in its place is moved aside, not emptied', async (t) => {
  const house = makeHouse(t)
  mkdirSync(`${house.paths.marker}/precious`, { recursive: true, mode: 0o700 })
  lstatSync(house.home)
  const { code } = await runCurfew(house, ['force-unlock'])
  assert.equal(code, 0)
  assert.equal(existsSync(house.paths.marker), false)
  const { readdirSync } = await import('node:fs')
  const [aside = ''] = readdirSync(house.home)
  assert.deepEqual(readdirSync(`${house.home}/${aside}`), ['precious'])
})

/** Waits for the question on a terminal, types, and gives the exit code. */
async function answerOn(
  t: TestContext,
  { house }: TestDaemon,
  keys: string | (() => Promise<string>),
): Promise<{ terminal: Program; code: Promise<number> }> {
  const terminal = runOnTerminal(t, house)
  await waitFor(() => terminal.stdout().includes('Type yes: '), {
    what: `the question: ${terminal.stdout()}`,
  })
  terminal.child.stdin.write(typeof keys === 'string' ? keys : await keys())
  return { terminal, code: exitCode(terminal, codeFile(house)) }
}

function codeFile({ folder }: House): string {
  return `${folder}/code`
}

function runOnTerminal(t: TestContext, house: House): Program {
  const line = `${CURFEW.join(' ')} force-unlock; echo "exit=$?" >> ${codeFile(house)}`
  return startCommand(t, 'script', ['-qec', line, '/dev/null'], {
    env: { ...house.env, TERM: 'xterm', SHELL: '/bin/sh' },
    cwd: house.folder,
  })
}

async function exitCode(terminal: Program, file: string): Promise<number> {
  await terminal.ended
  return Number(/exit=(\d+)\n$/.exec(readFileSync(file, 'utf8'))?.[1])
}

import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { takeCensus } from '../../src/domain/census.ts'
import { createHeartbeatScanner } from '../../src/host/heartbeat-dir.ts'
import { isRunning, lookAt } from '../../src/host/identity.ts'
import { onEnd } from '../support/cleaning.ts'
import { heartbeatIn, heartbeatsIn, moment, RULES } from '../support/heartbeats.ts'
import { needsCommand, needsLinux } from '../support/needs.ts'
import { type Program, programPath, startCommand, startProgram } from '../support/program.ts'
import { tempDir } from '../support/temp-dir.ts'
import { waitFor } from '../support/wait-for.ts'

interface Attended {
  readonly home: string
  readonly program: Program
}

function attendTo(t: TestContext, command: readonly string[], ...options: string[]): Attended {
  const home = tempDir(t)
  const args = ['--home', home, ...options, '--', ...command]
  const env = { ...process.env, CURFEW_SESSION: '' }
  return { home, program: startProgram(t, programPath('attend-command.ts'), args, { env }) }
}

const counting = [process.execPath, programPath('count-signals.ts')]

const endings: readonly [string, number][] = [
  ['exit 0', 0],
  ['exit 7', 7],
  ['exit 255', 255],
  ['kill -TERM $$', 143],
  ['kill -KILL $$', 137],
  ['kill -INT $$', 130],
]

for (const [line, code] of endings) {
  test(`the exit code of \`${line}\` is ${code}`, async (t) => {
    const { home, program } = attendTo(t, ['sh', '-c', line])
    assert.deepEqual(await program.ended, { code, signal: null })
    assert.equal(program.stderr(), '')
    assert.deepEqual(heartbeatsIn(home), [])
  })
}

test('a command that is not there is 127, one that cannot be run is 126, with one line', async (t) => {
  const folder = tempDir(t)
  writeFileSync(join(folder, 'data'), 'x', { mode: 0o644 })
  const cases: readonly [string, number, string][] = [
    ['no-such-command', 127, 'no-such-command: command not found'],
    [join(folder, 'missing'), 127, `${folder}/missing: command not found`],
    [join(folder, 'data'), 126, `${folder}/data: not executable`],
    [folder, 126, `${folder}: not executable`],
  ]
  for (const [command, code, line] of cases) {
    const { home, program } = attendTo(t, [command])
    assert.equal((await program.ended).code, code)
    assert.equal(program.stderr(), `curfew attend: ${line}\n`)
    assert.deepEqual(heartbeatsIn(home), [])
  }
})

test('arguments and stdio are passed on as they are', async (t) => {
  const line = 'for a; do echo "<$a>"; done; cat; echo error >&2'
  const { program } = attendTo(t, ['sh', '-c', line, 'sh', '--label', 'a  b', '', '$x', '*'])
  program.child.stdin.end('from stdin\n')
  await program.ended
  assert.equal(program.stdout(), '<--label>\n<a  b>\n<>\n<$x>\n<*>\nfrom stdin\n')
  assert.equal(program.stderr(), 'error\n')
})

test('the command finds its heartbeat when it starts, and what is in it names the command', async (t) => {
  const line = 'ls "$CURFEW_HOME"/wrappers; echo end; read x; echo $$'
  const { home, program } = attendTo(t, ['sh', '-c', line])
  await program.line('end')
  const [early = ''] = program.lines().filter((name) => name.startsWith('heartbeat-'))
  const late = await waitFor(() => heartbeatsIn(home).length === 1 && heartbeatIn(home), {
    what: 'one heartbeat',
  })
  program.send('go on')
  await program.ended
  const pid = Number(program.lines().at(-1))
  assert.ok(late !== false)
  assert.deepEqual([late.pid, late.label], [pid, 'sh'])
  assert.ok(early.endsWith(`-${String(late.uuid)}.json`), early)
  assert.match(String(late.process_start), /^\d+$/)
  assert.deepEqual(heartbeatsIn(home), [])
})

test('what starts inside belongs together without flags', async (t) => {
  const { home, program } = attendTo(t, ['env'], '--session', 'S1', '--label', 'L')
  await program.ended
  const env = Object.fromEntries(program.lines().map((line) => line.split('=', 2)))
  assert.deepEqual([env.CURFEW_HOME, env.CURFEW_SESSION], [home, 'S1'])
  assert.match(env.CURFEW_WRAPPER, /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/)
  const alone = attendTo(t, ['env'])
  await alone.program.ended
  const own = Object.fromEntries(alone.program.lines().map((line) => line.split('=', 2)))
  assert.equal(own.CURFEW_SESSION, own.CURFEW_WRAPPER, 'a session of its own')
})

test('signals reach the command, each once', async (t) => {
  const { program } = attendTo(t, counting)
  await program.line('ready ')
  const signals = [
    'SIGHUP',
    'SIGINT',
    'SIGQUIT',
    'SIGUSR1',
    'SIGUSR2',
    'SIGTERM',
    'SIGWINCH',
  ] as const
  for (const signal of signals) {
    program.child.kill(signal)
    await program.line(`got ${signal}`)
  }
  program.send('leave')
  assert.deepEqual(await program.ended, { code: 9, signal: null })
  assert.deepEqual(
    program.lines().slice(1),
    signals.map((signal) => `got ${signal}`),
  )
})

test('stopping it stops the command, going on lets it go on', { skip: needsBash() }, async (t) => {
  // Their parent stands in another group of their session: else nobody could continue them, and the system lets nobody stop them.
  const under = 'set -m; "$@" </dev/null & echo "ours $!"; exec cat'
  const home = tempDir(t)
  const argv = attendArgs(home, ['sh', '-c', 'echo "theirs $$"; exec sleep 600'])
  const shell = startCommand(t, 'setsid', ['bash', '-c', under, 'bash', ...argv])
  const ours = numberIn(await shell.line('ours '))
  const theirs = numberIn(await shell.line('theirs '))
  onEnd(t, () => existsSync(`/proc/${theirs}`) && process.kill(theirs, 'SIGKILL'))
  for (let round = 0; round < 2; round += 1) {
    process.kill(ours, 'SIGTSTP')
    for (const pid of [ours, theirs]) {
      await waitFor(() => stateOf(pid) === 'T', { what: `process ${pid} to stop` })
    }
    const { last_refresh } = heartbeatIn(home)
    process.kill(ours, 'SIGCONT')
    await waitFor(() => heartbeatIn(home).last_refresh !== last_refresh, { what: 'a refresh' })
    await waitFor(() => stateOf(theirs) === 'S', { what: 'the command to go on' })
  }
  process.kill(ours, 'SIGTERM')
  await waitFor(() => stateOf(ours) === 'Z', { what: 'the end' })
  assert.equal(existsSync(`/proc/${theirs}`), false)
})

test(
  'at a terminal, what is typed reaches the command once',
  { skip: needsTerminal() },
  async (t) => {
    const { program } = atTerminal(t, counting)
    const says = (text: string): Promise<true | void> =>
      waitFor(() => program.stdout().includes(text) || undefined, { what: text })
    await says('ready ')
    program.child.stdin.write('\u0003')
    await says('got SIGINT')
    program.child.stdin.write('\u001c')
    await says('got SIGQUIT')
    program.send('leave')
    await program.ended
    const got = program.stdout().match(/got \w+/g)
    assert.deepEqual(got, ['got SIGINT', 'got SIGQUIT'])
  },
)

test('the command has the terminal itself', { skip: needsTerminal() }, async (t) => {
  const { program } = atTerminal(t, ['sh', '-c', 'test -t 0 && test -t 1 && test -t 2 && echo yes'])
  await program.line('yes')
})

test(
  'a shell inside does its job control at the terminal',
  { skip: needsTerminal() },
  async (t) => {
    const { program } = atTerminal(t, ['bash', '--norc', '-i'])
    const says = (text: string): Promise<true | void> =>
      waitFor(() => program.stdout().includes(text) || undefined, { what: text })
    program.send(`sh -c 'echo ready $((40 + 2)); exec sleep 600'`)
    await says('ready 42')
    program.child.stdin.write('\u0003')
    await says('^C')
    program.send('echo still $((40 + 3)); exit 5')
    await says('still 43')
    assert.equal((await program.ended).code, 5)
  },
)

test('W1: when the command is killed, the heartbeat goes and the code says why', async (t) => {
  const { home, program } = attendTo(t, ['sh', '-c', 'echo $$; read x'])
  const pid = Number(await program.nextLine())
  await waitFor(() => heartbeatIn(home).pid === pid, { what: 'the heartbeat' })
  process.kill(pid, 'SIGKILL')
  assert.equal((await program.ended).code, 137)
  assert.deepEqual(heartbeatsIn(home), [])
})

test('W1: when we are killed, the command lives on; its heartbeat is fresh, then stale, and an orphan only with its end', async (t) => {
  const { home, program } = attendTo(t, ['sh', '-c', 'echo $$; exec sleep 600'])
  const pid = Number(await program.nextLine())
  const identity = { pid, ...lookAt(pid) }
  onEnd(t, () => isRunning(identity) && process.kill(pid, 'SIGKILL'))
  await waitFor(() => heartbeatIn(home).pid === pid, { what: 'the heartbeat' })
  program.child.kill('SIGKILL')
  await waitFor(() => program.child.signalCode === 'SIGKILL', { what: 'our end' })
  assert.equal(isRunning(identity), true)
  const scanner = createHeartbeatScanner()
  const look = async (laterMs: number) => {
    const { files } = await scanner.scan([{ path: join(home, 'wrappers'), sweep: true }])
    const wallMs = Date.now() + laterMs
    return takeCensus(undefined, files, moment({ wallMs }), RULES).counts
  }
  assert.deepEqual(await look(0), { fresh: 1, stale: 0, orphan: 0 })
  assert.deepEqual(await look(RULES.staleAfterMs), { fresh: 0, stale: 1, orphan: 0 })
  process.kill(pid, 'SIGKILL')
  await waitFor(() => !isRunning(identity), { what: 'the end of the command' })
  assert.deepEqual(await look(0), { fresh: 0, stale: 0, orphan: 1 })
})

function attendArgs(home: string, command: readonly string[]): string[] {
  return [process.execPath, programPath('attend-command.ts'), '--home', home, '--', ...command]
}

function atTerminal(t: TestContext, command: readonly string[]): Attended {
  const home = tempDir(t)
  const quoted = attendArgs(home, command).map((arg) => `'${arg}'`)
  const args = ['-qefc', `exec ${quoted.join(' ')}`, '/dev/null']
  const env = { ...process.env, SHELL: '/bin/sh', TERM: 'dumb', PS1: 'next> ' }
  return { home, program: startCommand(t, 'script', args, { env }) }
}

function needsTerminal(): string | false {
  return needsLinux() === false ? needsCommand('script') : needsLinux()
}

function needsBash(): string | false {
  return needsLinux() === false ? needsCommand('bash') : needsLinux()
}

function numberIn(line: string): number {
  return Number(line.split(' ')[1])
}

function stateOf(pid: number): string | undefined {
  return /\) (\w) /.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]
}

import assert from 'node:assert/strict'
import { existsSync, lstatSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { prepareHome } from '../../src/host/home.ts'
import { type Paths, resolvePaths } from '../../src/host/paths.ts'
import { cleanEnvironment, spawnDaemon, type SpawnOutcome } from '../../src/host/spawn-daemon.ts'
import { type Cleaning, onEnd } from '../support/cleaning.ts'
import { programPath } from '../support/program.ts'
import { tempDir } from '../support/temp-dir.ts'
import { waitFor } from '../support/wait-for.ts'

const PATIENCE_MS = 20_000

test('D1: what a ready daemon says is the answer, and only its first word', async (t) => {
  const { paths, told } = place(t)
  const outcome = await start(paths, 'ready', told)
  assert.ok(outcome.ready === true)
  assert.ok(outcome.pid > 1)
})

test('D1: a daemon knows the clean part of the environment, stands in its home and has a session of its own', async (t) => {
  const { paths, told } = place(t)
  const secret = {
    AWS_SECRET_ACCESS_KEY: 'canary',
    NODE_OPTIONS: '--no-warnings',
    CURFEW_SESSION: 's',
    CURFEW_TICK: '1s',
  }
  await start(paths, 'ready', told, { ...process.env, ...secret })
  const text = await waitFor(() => existsSync(told) && readFileSync(told, 'utf8'), {
    what: 'the daemon to tell',
  })
  const { env, cwd } = JSON.parse(String(text))
  assert.equal(cwd, paths.home)
  assert.equal(env.CURFEW_HOME, paths.home)
  assert.equal(env.CURFEW_TICK, '1s')
  for (const name of [...Object.keys(secret).slice(0, 3), 'CURFEW_READY_FD'])
    assert.equal(env[name], undefined, name)
})

test('D1: a daemon that cannot start says why, word by word', async (t) => {
  const { paths, told } = place(t)
  assert.deepEqual(await start(paths, 'problem', told), {
    ready: false,
    problem: { kind: 'unusable', message: 'no', hint: 'yes' },
  })
})

test('D1: one that dies without a word there is told by how it ended and what it wrote last', async (t) => {
  const { paths, told } = place(t)
  const how = { ready: 'ended', how: 'exit code 7', lastWords: 'curfew: a last word' }
  assert.deepEqual(await start(paths, 'dies', told), how)
  const { ready, how: signal } = await ended(paths, 'killed', told)
  assert.deepEqual([ready, signal], ['ended', 'signal SIGKILL'])
})

test('D1: no such program, or one that is no daemon, is an outcome and not a crash', async (t) => {
  const { paths, told } = place(t)
  const missing = await spawnDaemon(
    { argv: [join(told, 'no/such'), 'x'], home: paths.home },
    paths,
    {},
    PATIENCE_MS,
  )
  assert.ok(missing.ready === 'ended')
  assert.match(missing.how, /ENOENT|ENOTDIR/)
  const { how, lastWords } = await ended(paths, 'garbage', told)
  assert.match(how, /^no word of a daemon/)
  assert.equal(lastWords, 'hello there')
})

test('D1: one that neither answers nor ends is late, and is not ours to kill', async (t) => {
  const { paths, told } = place(t)
  onEnd(t, () => existsSync(told) && process.kill(Number(readFileSync(told, 'utf8')), 'SIGKILL'))
  const outcome = await start(paths, 'silent', told, {}, 300)
  assert.equal(outcome.ready, 'late')
  await waitFor(() => existsSync(told), { what: 'it to be there' })
})

test('D4: a home that goes while a daemon starts is told, not thrown into the program that waits', async (t) => {
  const { paths, told } = place(t)
  const { lastWords } = await ended(paths, 'homeless', told)
  assert.match(lastWords, /cannot be read: ENOENT/)
})

test('check 4: the file for its words is private, bounded, and no link', async (t) => {
  const { paths, told } = place(t)
  const words = join(paths.log, 'daemon.stderr')
  writeFileSync(words, 'x'.repeat(300 * 1024))
  await start(paths, 'dies', told)
  assert.ok(statSync(words).size < 1024)
  const other = place(t)
  const victim = join(other.told, '..', 'victim')
  writeFileSync(victim, 'precious')
  symlinkSync(victim, join(other.paths.log, 'daemon.stderr'))
  await assert.rejects(
    start(other.paths, 'dies', other.told),
    /^ProblemError: opening .*daemon\.stderr: ELOOP$/,
  )
  assert.equal(readFileSync(victim, 'utf8'), 'precious')
  assert.ok(lstatSync(join(other.paths.log, 'daemon.stderr')).isSymbolicLink())
})

test('what a daemon may know of the one that starts it', () => {
  const environment = {
    HOME: '/h',
    USER: 'u',
    PATH: '/bin',
    LANG: 'C',
    XDG_DATA_HOME: '/d',
    CURFEW_TICK: '1s',
  }
  const personal = { CURFEW_SESSION: 's', CURFEW_AGENT: 'a', CURFEW_WRAPPER: 'w', CURFEW_JOB: '1' }
  const foreign = {
    SHELL: '/bin/sh',
    LD_PRELOAD: 'x',
    NODE_OPTIONS: 'y',
    API_KEY: 'z',
    HOMEPAGE: 'h',
    xdg_x: '',
  }
  const clean = cleanEnvironment({ ...environment, ...personal, ...foreign }, undefined)
  assert.deepEqual(clean, { ...environment, CURFEW_READY_FD: '3' })
  assert.equal(cleanEnvironment({ CURFEW_HOME: '/a' }, '/b').CURFEW_HOME, '/b')
})

function place(t: Cleaning): { paths: Paths; told: string } {
  const folder = tempDir(t)
  const paths = resolvePaths(join(folder, 'home'), {})
  prepareHome(paths)
  return { paths, told: join(folder, 'told') }
}

function start(
  paths: Paths,
  how: string,
  told: string,
  environment: NodeJS.ProcessEnv = process.env,
  timeoutMs = PATIENCE_MS,
): Promise<SpawnOutcome> {
  const argv = [process.execPath, programPath('stand-in-daemon.ts'), how, told]
  return spawnDaemon({ argv, home: paths.home }, paths, environment, timeoutMs)
}

async function ended(paths: Paths, how: string, told: string) {
  const outcome = await start(paths, how, told)
  assert.ok(outcome.ready === 'ended', JSON.stringify(outcome))
  return outcome
}

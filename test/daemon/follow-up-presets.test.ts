import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { startDaemon, type TestDaemon } from '../support/daemon.ts'
import { submit } from '../support/daemon-jobs.ts'
import { makeHouse } from '../support/house.ts'
import { configure } from '../support/night.ts'
import { waitFor } from '../support/wait-for.ts'

const UUID = '0199c1de-7b5a-7e31-8f0a-9d2f6b1c4e55'
const AGENTS = {
  claude: { session: UUID, argv: ['-p', '--resume', UUID] },
  codex: { session: UUID.replace('0', '1'), argv: ['exec', 'resume', UUID.replace('0', '1')] },
  opencode: { session: 'ses_4f1c', argv: ['run', '--session', 'ses_4f1c'] },
} as const
type Agent = keyof typeof AGENTS

/** Says with what it was started, where, and what it found on its stdin; a folder it does not know it complains of. */
const STAND_IN = `#!/bin/sh
pwd >> "$0.folders"
printf '%s\\0' "$@" > "$0.argv"
cat > "$0.stdin"
[ ! -e "$0.gone" ] || [ -e here ] || { sed "s/SESSION/$3/" "$0.gone" >&2; exit 1; }
`

interface Scene {
  readonly daemon: TestDaemon
  /** Where the agents lie. */
  readonly bin: string
  use(preset: Agent): Promise<void>
}

async function setScene(t: TestContext): Promise<Scene> {
  const house = makeHouse(t)
  const bin = join(house.folder, 'bin')
  mkdirSync(bin)
  for (const name of Object.keys(AGENTS)) {
    writeFileSync(join(bin, name), STAND_IN, { mode: 0o755 })
  }
  const PATH = `${bin}:${house.env.PATH}`
  const quick = { CURFEW_FOLLOW_UP_FROM: '100ms', CURFEW_FOLLOW_UP_TO: '200ms' }
  const daemon = await startDaemon(t, { house, env: { ...quick, PATH } })
  let reloaded = 0
  const use = async (preset: Agent): Promise<void> => {
    configure(house, { followUp: { preset } })
    reloaded = (await daemon.event('config_reloaded', reloaded)).id
  }
  return { daemon, bin, use }
}

test('F2: each preset starts its agent in the folder of the job, with the text as its last word and nothing on its stdin', async (t) => {
  const { daemon, bin, use } = await setScene(t)
  const { house } = daemon
  for (const [name, { session, argv }] of Object.entries(AGENTS)) {
    await use(name as Agent)
    const cwd = join(house.folder, `of ${name}`)
    mkdirSync(cwd)
    const job = await submit(house, 'echo done', { session, cwd })
    const told = await waitFor(
      async () => (await daemon.ask('followups', { state: 'delivered', session }))[0],
      {
        what: `${name} to hear`,
      },
    )
    assert.equal(told?.job, job)
    const path = join(bin, name)
    const words = readFileSync(`${path}.argv`, 'utf8').split('\0').slice(0, -1)
    assert.deepEqual(words, [...argv, told?.text])
    assert.equal(readFileSync(`${path}.folders`, 'utf8'), `${cwd}\n`)
    assert.equal(
      readFileSync(`${path}.stdin`, 'utf8'),
      '',
      'it would be taken for more of the text',
    )
  }
})

test('F3: an agent that knows its sessions by folder is looked for above the job’s too, and only then gone', async (t) => {
  const { daemon, bin, use } = await setScene(t)
  const { house } = daemon
  await use('claude')
  writeFileSync(join(bin, 'claude.gone'), 'No conversation found with session ID: SESSION\n')
  const project = join(house.folder, 'project')
  const cwd = join(project, 'src/deep')
  mkdirSync(cwd, { recursive: true })
  writeFileSync(join(project, 'here'), '')
  const submitted = { session: UUID, cwd }
  const folders = (): string[] =>
    readFileSync(join(bin, 'claude.folders'), 'utf8').trim().split('\n')
  await submit(house, 'true', submitted)
  const of = (state: 'delivered' | 'settled') => () => daemon.ask('followups', { state })
  await waitFor(async () => (await of('delivered')()).length > 0, { what: 'it to hear' })
  assert.deepEqual(folders(), [cwd, join(project, 'src'), project])
  rmSync(join(project, 'here'))
  rmSync(join(bin, 'claude.folders'))
  await submit(house, 'true', submitted)
  await waitFor(async () => (await of('settled')()).length > 0, { what: 'the session to be gone' })
  assert.deepEqual(folders(), [cwd, join(project, 'src'), project, house.folder])
  assert.match((await daemon.event('session_ended')).message, /knows no such session/)
})

test('F3: a name that its agent would take for a new session, or for none, is not handed to it, and that is said', async (t) => {
  const { daemon, bin, use } = await setScene(t)
  for (const [name, expected] of [
    ['codex', /"my-codex" is no session of codex: expected a UUID/],
    ['opencode', /"my-opencode" is no session of opencode: expected one that begins with "ses_"/],
  ] as const) {
    await use(name)
    await submit(daemon.house, 'true', { session: `my-${name}` })
    const isSaid = async (): Promise<boolean> =>
      (await daemon.events()).some(({ message }) => expected.test(message))
    await waitFor(isSaid, { what: `${name} to be spared` })
    assert.equal(existsSync(join(bin, `${name}.argv`)), false)
  }
})

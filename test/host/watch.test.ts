import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { watchFolders, type WatchRequest } from '../../src/host/watch.ts'
import { type Cleaning, onEnd } from '../support/cleaning.ts'
import { needsLinux } from '../support/needs.ts'
import { programPath, startCommand } from '../support/program.ts'
import { tempDir } from '../support/temp-dir.ts'
import { waitFor } from '../support/wait-for.ts'

const MANY = 10_000
/** A user namespace has limits of its own, which hurt nobody else. */
const NO_WATCHES = [
  '-Ur',
  'sh',
  '-c',
  'echo 0 > /proc/sys/user/max_inotify_watches && exec "$@"',
  'sh',
]

test(
  'W8: in a folder of 10,000 files each change is seen, and the folder costs one watch',
  { skip: needsLinux() },
  async (t) => {
    const folder = tempDir(t)
    for (let number = 0; number < MANY; number++) writeFileSync(join(folder, `old-${number}`), '')
    const watched = await watch(t, [{ folder }])
    assert.deepEqual(watched.problems, [])
    const before = inotifyWatches()
    assert.ok(before > 0 && before < 20, `${before} watches`)
    for (const name of ['new', 'old-1', 'old-9999']) {
      await watched.sees(name, () => {
        writeFileSync(join(folder, '.tmp'), name)
        renameSync(join(folder, '.tmp'), join(folder, name))
      })
    }
    await watched.sees('old-5', () => rmSync(join(folder, 'old-5')))
    assert.equal(inotifyWatches(), before)
  },
)

test('W8: only the names that matter are told', async (t) => {
  const folder = tempDir(t)
  const watched = await watch(t, [{ folder, names: new Set(['.locked', 'wake.signal']) }])
  for (const name of ['curfew.db', 'curfew.db-wal', 'lifecycle.json'])
    writeFileSync(join(folder, name), '')
  await watched.sees('wake.signal', () => writeFileSync(join(folder, 'wake.signal'), ''))
  assert.deepEqual([...new Set(watched.changes.map(({ name }) => name))].toSorted(), [
    '',
    'wake.signal',
  ])
})

test('W8: several folders are told apart, and what lies below them is not watched', async (t) => {
  const root = tempDir(t)
  const [a, b] = [join(root, 'a'), join(root, 'b')]
  mkdirSync(join(a, 'deep'), { recursive: true })
  mkdirSync(b)
  const watched = await watch(t, [{ folder: a }, { folder: b }])
  writeFileSync(join(a, 'deep', 'hidden'), '')
  await watched.sees('x', () => writeFileSync(join(b, 'x'), ''))
  const found = watched.changes.find(({ name }) => name === 'x')
  assert.equal(found?.folder, b)
  assert.ok(!watched.changes.some(({ name }) => name === 'hidden'))
})

test('W8: what changed before anybody watched is found by looking once when it begins', async (t) => {
  const folder = tempDir(t)
  const watched = await watch(t, [{ folder }])
  assert.ok(watched.changes.some(({ name }) => name === ''))
})

test('W8: a folder that is removed is no exception, and neither is one that never was there', async (t) => {
  const root = tempDir(t)
  const [gone, never] = [join(root, 'gone'), join(root, 'never')]
  mkdirSync(gone)
  const watched = await watch(t, [{ folder: gone }, { folder: never }, { folder: root }])
  rmSync(gone, { recursive: true })
  mkdirSync(gone)
  await watched.sees('still-here', () => writeFileSync(join(root, 'still-here'), ''))
  assert.deepEqual(watched.problems, [])
})

test(
  'once closed nothing is told, and nothing is watched any more',
  { skip: needsLinux() },
  async (t) => {
    const folder = tempDir(t)
    const before = inotifyWatches()
    const watched = await watch(t, [{ folder }])
    assert.ok(inotifyWatches() > before)
    await watched.close()
    assert.equal(inotifyWatches(), before)
    watched.changes.length = 0
    const other = await watch(t, [{ folder }])
    await other.sees('x', () => writeFileSync(join(folder, 'x'), ''))
    assert.deepEqual(watched.changes, [])
  },
)

test(
  'W8: where no more may be watched, that is told once for each folder, and the program goes on',
  { skip: needsOwnLimits() },
  async (t) => {
    const folder = tempDir(t)
    for (const name of ['a', 'b']) mkdirSync(join(folder, name))
    const script = programPath('watch-without-leave.ts')
    const program = startCommand(t, 'unshare', [...NO_WATCHES, process.execPath, script, folder])
    const { told, alive } = JSON.parse(await program.nextLine())
    assert.deepEqual(told.map(([path]: [string]) => path).toSorted(), [
      join(folder, 'a'),
      join(folder, 'b'),
    ])
    for (const [, why] of told) assert.match(why, /^(?:ENOSPC|EMFILE)$/)
    assert.equal(alive, true)
  },
)

function needsOwnLimits(): string | false {
  if (needsLinux() !== false) return needsLinux()
  return spawnSync('unshare', [...NO_WATCHES, 'true']).status === 0
    ? false
    : 'needs user namespaces'
}

interface Watched {
  readonly changes: { folder: string; name: string }[]
  readonly problems: string[]
  /** Resolves when a change of that name, made by the action, was told. */
  sees(name: string, action: () => void): Promise<void>
  close(): Promise<void>
}

async function watch(t: Cleaning, requests: readonly WatchRequest[]): Promise<Watched> {
  const changes: Watched['changes'] = []
  const problems: string[] = []
  const watching = await watchFolders(
    requests,
    (folder, name) => changes.push({ folder, name }),
    (folder, why) => problems.push(`${folder}: ${why}`),
  )
  onEnd(t, () => watching.close())
  const there = requests.filter(({ folder }) => existsSync(folder)).length
  await waitFor(() => changes.filter(({ name }) => name === '').length >= there, {
    what: 'the watchers to be ready',
  })
  return {
    changes,
    problems,
    sees: async (name, action) => {
      const seen = changes.length
      action()
      await waitFor(() => changes.slice(seen).some((change) => change.name === name), {
        what: `${name} to be seen`,
      })
    },
    close: () => watching.close(),
  }
}

/** How many inotify watches this process has. */
function inotifyWatches(): number {
  return readdirSync('/proc/self/fdinfo')
    .map((fd) => infoOf(fd).match(/^inotify wd:/gm)?.length ?? 0)
    .reduce((sum, count) => sum + count, 0)
}

/** Nothing for a descriptor that was open only while the folder was read. */
function infoOf(fd: string): string {
  const path = `/proc/self/fdinfo/${fd}`
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}

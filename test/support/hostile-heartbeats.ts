import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { onEnd } from './cleaning.ts'
import { heartbeatText } from './heartbeats.ts'
import { waitFor } from './wait-for.ts'

/** Something that may lie where a heartbeat should. */
export interface Hostile {
  readonly what: string
  readonly place: (path: string, t: TestContext) => unknown
  /** What the file is listed as; undefined where it cannot be listed. */
  readonly listed: 'fresh' | 'stale' | 'orphan' | undefined
  readonly reason: RegExp
  readonly skip?: string | false
  readonly name?: string
}

const asRoot = process.getuid?.() === 0
const needsRoot = asRoot ? false : 'skipped: needs root'
const needsUser = asRoot ? 'skipped: nothing is unreadable to root' : false
const NOBODY = 65534

const write = (text: string | Uint8Array) => (path: string) => writeFileSync(path, text)
const json = (fields: Record<string, unknown>) =>
  write(heartbeatText({ uuid: 'hostile', ...fields }))
const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString()

/** `place` expects a good heartbeat of uuid `good1` beside it. */
export const HOSTILES: readonly Hostile[] = [
  { what: 'nothing in it', place: write(''), listed: 'fresh', reason: /is empty/ },
  { what: 'half a JSON', place: write('{"pid": 1'), listed: 'fresh', reason: /is not JSON/ },
  { what: 'JSON that is a list', place: write('[]'), listed: 'fresh', reason: /not a JSON object/ },
  { what: 'JSON that is null', place: write('null'), listed: 'fresh', reason: /not a JSON object/ },
  { what: 'pid: true', place: json({ pid: true }), listed: 'fresh', reason: /wrong pid: true/ },
  { what: 'pid: "1"', place: json({ pid: '1' }), listed: 'fresh', reason: /wrong pid: "1"/ },
  { what: 'pid: 2^31', place: json({ pid: 2 ** 31 }), listed: 'fresh', reason: /wrong pid/ },
  { what: 'pid: -1', place: json({ pid: -1 }), listed: 'fresh', reason: /wrong pid: -1/ },
  { what: 'a list for a uuid', place: json({ uuid: [] }), listed: 'fresh', reason: /wrong uuid/ },
  {
    what: 'a number for a date',
    place: json({ last_refresh: 1 }),
    listed: 'fresh',
    reason: /last_r/,
  },
  {
    what: 'invalid UTF-8',
    place: write(Buffer.from(heartbeatText({ label: 'é' }), 'latin1')),
    listed: 'fresh',
    reason: /is not UTF-8 text/,
  },
  {
    what: 'binary',
    place: write(Buffer.alloc(60_000, 0)),
    listed: 'fresh',
    reason: /is not JSON/,
  },
  {
    what: 'a date in the year 1',
    place: json({ last_refresh: '0001-01-01T00:00:00Z' }),
    listed: 'stale',
    reason: /not refreshed for/,
  },
  {
    what: 'a date in the year 275760',
    place: json({ last_refresh: '+275760-09-13T00:00:00Z' }),
    listed: 'fresh',
    reason: /lives/,
  },
  {
    what: 'a date of no year that there is',
    place: json({ last_refresh: '99999-99-99T99:99:99' }),
    listed: 'fresh',
    reason: /lives/,
  },
  {
    what: 'a clock that is a day ahead, on a file that was written an hour ago',
    place: (path) => {
      json({ last_refresh: day(1) })(path)
      execFileSync('touch', ['-d', '1 hour ago', path])
    },
    listed: 'stale',
    reason: /not refreshed for 36\d\d s/,
  },
  {
    what: '64 KiB of open brackets',
    place: write('['.repeat(65_536)),
    listed: 'fresh',
    reason: /is not JSON/,
  },
  {
    what: 'an object 30,000 deep',
    place: write(`{"pid":${'['.repeat(30_000)}${']'.repeat(30_000)}}`),
    listed: 'fresh',
    reason: /wrong pid: a list/,
  },
  {
    what: 'a key __proto__',
    place: write('{"__proto__":{"pid":1,"uuid":"u"}}'),
    listed: 'fresh',
    reason: /has no pid/,
  },
  {
    what: 'a label of 60,000 characters',
    place: json({ label: 'x'.repeat(60_000) }),
    listed: 'fresh',
    reason: /wrong label: "xxx/,
  },
  {
    what: '10 MB',
    place: write(Buffer.alloc(10_000_000, 'x')),
    listed: 'orphan',
    reason: /has 10000000 bytes/,
  },
  {
    what: 'a sparse 100 GB',
    place: (path) => {
      writeFileSync(path, '')
      truncateSync(path, 100e9)
    },
    listed: 'orphan',
    reason: /has 100000000000 bytes/,
  },
  {
    what: 'a FIFO that nobody writes to',
    place: (path) => execFileSync('mkfifo', [path]),
    listed: 'orphan',
    reason: /is a FIFO/,
  },
  {
    what: 'a socket',
    place: (path, t) => {
      const server = createServer().listen(path)
      onEnd(t, () => server.close())
      return waitFor(() => server.listening, { what: 'the socket' })
    },
    listed: 'orphan',
    reason: /is a socket/,
  },
  {
    what: 'a device without end',
    place: (path) => execFileSync('mknod', [path, 'c', '1', '5']),
    listed: 'orphan',
    reason: /is a device/,
    skip: needsRoot,
  },
  {
    what: 'a symlink to a good heartbeat',
    place: (path) => symlinkSync(`heartbeat-${process.pid}-good1.json`, path),
    listed: 'orphan',
    reason: /is a symbolic link/,
  },
  {
    what: 'a symlink to nothing',
    place: (path) => symlinkSync('/nonexistent', path),
    listed: 'orphan',
    reason: /is a symbolic link/,
  },
  {
    what: 'a symlink to itself',
    place: (path) => symlinkSync(path, path),
    listed: 'orphan',
    reason: /is a symbolic link/,
  },
  {
    what: 'a symlink to /dev/zero',
    place: (path) => symlinkSync('/dev/zero', path),
    listed: 'orphan',
    reason: /is a symbolic link/,
  },
  {
    what: 'a folder',
    place: (path) => mkdirSync(path),
    listed: 'orphan',
    reason: /is a folder/,
  },
  {
    what: 'an unreadable file',
    place: (path) => {
      write('{}')(path)
      chmodSync(path, 0)
    },
    listed: 'orphan',
    reason: /cannot be read \(EACCES\)/,
    skip: needsUser,
  },
  {
    what: 'a file of somebody else',
    place: (path) => {
      json({})(path)
      chownSync(path, NOBODY, NOBODY)
    },
    listed: 'orphan',
    reason: /belongs to user 65534/,
    skip: needsRoot,
  },
  {
    what: 'a second name of a good heartbeat',
    place: (path) => linkSync(join(path, `../heartbeat-${process.pid}-good1.json`), path),
    listed: 'fresh',
    reason: /lives/,
  },
  {
    what: 'a name that means nothing, on nothing',
    name: 'heartbeat-x.json',
    place: write(''),
    listed: 'orphan',
    reason: /is empty; .* names no process/,
  },
  {
    what: 'a number that no process can have',
    name: 'heartbeat-99999999999-u.json',
    place: write(''),
    listed: 'orphan',
    reason: /names no process/,
  },
  {
    what: 'a name that would colour a terminal',
    name: 'heartbeat-1-\u001b[31m\n.json',
    place: write(''),
    listed: 'orphan',
    reason: /names no process/,
  },
]

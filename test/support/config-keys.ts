const DURATION =
  'expected a duration such as "200ms", "30s", "5m", "2h" or "7d", or a number of seconds'
const SIZE = 'expected a size such as "64MiB" or "1GiB", or a number of bytes'
const COUNT = 'expected a whole number, 0 or more'
const FLAG = 'expected true or false'
const ARGV = 'expected a list: the program, then its arguments'

/** For every key: a value as it stands in the file, what it becomes, and a bad one with what is said of it. */
export const KEYS: readonly [
  key: string,
  good: unknown,
  read: unknown,
  bad: unknown,
  allowed: string,
][] = [
  ['tick', '200ms', 200, '10ms', 'expected between "50ms" and "24h"'],
  ['staleAfter', '2m', 120_000, 0, 'expected more than 0'],
  ['drowsyAfter', '1m', 60_000, '-1m', DURATION],
  ['bedtimeAfter', '10m', 600_000, 'soon', DURATION],
  ['asleepAfter', '3h', 10_800_000, '', DURATION],
  ['exitWhenAsleep', false, false, 'no', FLAG],
  ['systemIdle', false, false, 1, FLAG],
  [
    'wrapperDirs',
    ['/a', { path: '/b', sweep: true }],
    [
      { path: '/a', sweep: false },
      { path: '/b', sweep: true },
    ],
    '/a',
    'expected a list of folders',
  ],
  ['reportDirs', ['/r'], ['/r'], {}, 'expected a list of folders'],
  ['reportsKept', 0, 0, -1, COUNT],
  ['reportsHold', false, false, 'yes', FLAG],
  [
    'chores',
    [{ name: 'tidy', command: ['true'], timeout: '1m' }],
    [{ name: 'tidy', command: ['true'], timeout: 60_000, every: null }],
    {},
    'expected a list of chores',
  ],
  ['jobs.timeout', 0, 0, 'never', DURATION],
  ['jobs.killGrace', '1s', 1000, null, DURATION],
  ['jobs.logCap', '1MiB', 1_048_576, '1 pound', SIZE],
  ['jobs.keepFor', '2h', 7_200_000, true, DURATION],
  ['jobs.keepMost', 5, 5, 1.5, COUNT],
  ['jobs.keepBytes', 0, 0, -5, SIZE],
  [
    'jobs.groups',
    { gpu: { slots: 2 } },
    { gpu: { slots: 2 } },
    5,
    'expected groups as {"name": {"slots": 2}}',
  ],
  [
    'followUp.command',
    ['notify', '{text}'],
    ['notify', '{text}'],
    [],
    'expected at least the program',
  ],
  [
    'followUp.webhook',
    'https://example.org/x',
    'https://example.org/x',
    'file:///etc/passwd',
    'expected an http or https address',
  ],
  ['followUp.preset', 'claude', 'claude', 'hal', 'expected one of claude, codex, opencode'],
  ['followUp.tries', 3, 3, 0, 'expected 1 or more'],
  ['followUp.from', '1s', 1000, [], DURATION],
  ['followUp.to', '1m', 60_000, {}, DURATION],
  ['followUp.expire', '1d', 86_400_000, '1y', DURATION],
  ['followUp.commandTimeout', '1h', 3_600_000, 0, 'expected more than 0 and at most "24h"'],
  ['followUp.webhookTimeout', '1m', 60_000, 'soon', DURATION],
  ['on.wake', ['echo', 'up'], ['echo', 'up'], 'echo up', ARGV],
  ['on.drowsy', null, null, 'echo', ARGV],
  ['on.bedtime', ['true'], ['true'], {}, ARGV],
  ['on.asleep', ['true'], ['true'], 0, ARGV],
  ['board.lease', '1h', 3_600_000, 'x', DURATION],
  ['board.busyLimit', 2, 2, 'two', COUNT],
  ['board.hooks.create', ['may-add'], ['may-add'], 'may-add', ARGV],
  [
    'board.hooks.complete',
    ['may-end', '-v'],
    ['may-end', '-v'],
    [],
    'expected at least the program',
  ],
  ['board.hooks.timeout', '20s', 20_000, 0, 'expected more than 0 and at most "5m"'],
  ['autostart', false, false, 'maybe', FLAG],
  ['log.level', 'debug', 'debug', 'loud', 'expected one of debug, info, warn, error, silent'],
]

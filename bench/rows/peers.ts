import { spawnSync } from 'node:child_process'
import { CURFEW, makeHouse, startDaemon } from '../measure/house.ts'
import { race } from '../measure/rounds.ts'
import type { Figures, Row, Scale } from '../row.ts'

interface Peer {
  readonly name: string
  /** What starts `true` in the background. */
  readonly submit: readonly string[]
  /** The same in fewer words. */
  readonly said?: string
  /** What has to run before. */
  readonly begin?: readonly string[]
  /** What ends whatever it has left running. */
  readonly leave?: readonly string[]
  /** What brings it, for those who want it measured. */
  readonly from: string
}

/** It starts only what is in its config: one program that ends at once. */
const SUPERVISED = `cat > "$HOME/supervisord.conf" <<END
[unix_http_server]
file=$HOME/supervisor.sock
[supervisord]
directory=$HOME
logfile=$HOME/supervisord.log
pidfile=$HOME/supervisord.pid
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://$HOME/supervisor.sock
[program:job]
command=true
autostart=false
autorestart=false
startsecs=0
END
exec supervisord -c "$HOME/supervisord.conf"`

const PEERS: readonly Peer[] = [
  {
    name: 'tsp',
    submit: ['tsp', 'true'],
    leave: ['tsp', '-K'],
    from: 'apt-get install task-spooler',
  },
  { name: 'nq', submit: ['nq', 'true'], from: 'apt-get install nq' },
  {
    name: 'pm2',
    submit: ['pm2', 'start', 'true'],
    leave: ['pm2', 'kill'],
    from: 'npm install -g pm2',
  },
  {
    name: 'supervisord',
    begin: ['sh', '-c', SUPERVISED],
    submit: ['sh', '-c', 'exec supervisorctl -c "$HOME/supervisord.conf" start job'],
    said: 'supervisorctl start',
    leave: ['sh', '-c', 'exec supervisorctl -c "$HOME/supervisord.conf" shutdown'],
    from: 'apt-get install supervisor',
  },
]

/** Others that start jobs in the background, where they are installed; the rest is left out and said. */
export function peerRows(say: (line: string) => void): Row[] {
  return PEERS.flatMap((peer) => {
    if (spawnSync('sh', ['-c', `command -v ${peer.name}`]).status === 0) return [rowOf(peer)]
    say(`peer-${peer.name} is left out: not installed (${peer.from})`)
    return []
  })
}

function rowOf(peer: Peer): Row {
  const { name, submit, said = submit.join(' ') } = peer
  return {
    name: `peer-${name}`,
    what: `run -- true as a whole process, against ${said}`,
    unit: 'ms',
    aim: { kind: 'none' },
    measure: (scale) => compare(peer, scale),
  }
}

async function compare({ begin, leave, submit }: Peer, { rounds }: Scale): Promise<Figures> {
  using house = makeHouse()
  await using _daemon = await startDaemon(house)
  const { home } = house
  // What they keep goes into the house, and goes with it.
  const env = { ...house.env, NQDIR: home, TS_SOCKET: `${home}/tsp.sock`, PM2_HOME: `${home}/pm2` }
  const ours = [...CURFEW, 'run', '--', 'true']
  run(begin)
  try {
    return race({ commands: [submit], env }, { commands: [ours], env }, rounds)
  } finally {
    run(leave)
  }

  function run(command: readonly string[] = []): void {
    const [program, ...args] = command
    if (program !== undefined) spawnSync(program, args, { env })
  }
}

import type { Server, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Problem } from '../domain/problem.ts'
import { endWith } from './raw-answer.ts'

/** Connections that ask, and connections that listen to events, are bounded apart. */
const MOST_CONNECTIONS = 64
const MOST_STREAMS = 64

const BUSY: Problem = {
  kind: 'failed',
  message: 'too many connections are at work',
  hint: 'try again',
}

/** Who is connected, so that the many and the mute cannot keep others out. */
export interface Connections {
  /** True when one more stream is allowed; it then no longer counts as asking. */
  admitStream(response: ServerResponse): boolean
  begin(socket: Socket): void
  isIdle(socket: Duplex): boolean
  end(socket: Socket): void
  /** Lets the idle go at once, and the others when they are answered. */
  closeIdle(): void
}

/** A connection beyond the bound takes the place of the one that has been silent longest. */
export function boundConnections(server: Server): Connections {
  /** In the order they last were at work. */
  const asking = new Map<Socket, 'idle' | 'busy'>()
  let streams = 0
  let closing = false

  server.on('connection', (socket: Socket) => {
    socket.on('error', () => socket.destroy())
    socket.on('close', () => asking.delete(socket))
    if (asking.size >= MOST_CONNECTIONS && !dropLongestIdle(asking)) {
      endWith(socket, '503 Service Unavailable', BUSY)
      return
    }
    asking.set(socket, 'idle')
  })

  return {
    admitStream: (response) => {
      if (streams >= MOST_STREAMS) return false
      streams++
      if (response.socket !== null) asking.delete(response.socket)
      response.on('close', () => streams--)
      return true
    },
    begin: (socket) => {
      if (asking.has(socket)) asking.set(socket, 'busy')
    },
    isIdle: (socket) => socket instanceof Socket && asking.get(socket) === 'idle',
    end: (socket) => {
      if (!asking.delete(socket) || socket.destroyed) return
      if (closing) socket.destroySoon()
      else asking.set(socket, 'idle')
    },
    closeIdle: () => {
      closing = true
      for (const [socket, doing] of asking) if (doing === 'idle') socket.destroySoon()
    },
  }
}

function dropLongestIdle(asking: Map<Socket, 'idle' | 'busy'>): boolean {
  for (const [socket, doing] of asking) {
    if (doing === 'busy') continue
    asking.delete(socket)
    socket.destroy()
    return true
  }
  return false
}

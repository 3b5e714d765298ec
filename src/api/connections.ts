import type { Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** Connections that ask, and connections that listen to events, are bounded apart. */
export const MOST_CONNECTIONS = 64
export const MOST_STREAMS = 64

const BUSY_ANSWER =
  'HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n' +
  '{"error":{"kind":"failed","message":"too many connections are at work","hint":"try again"}}\n'

/** Who is connected, so that the many and the mute cannot keep others out. */
export interface Connections {
  /** True when one more stream is allowed; it then no longer counts as asking. */
  admitStream(response: ServerResponse): boolean
  begin(socket: Socket): void
  end(socket: Socket): void
  closeIdle(): void
}

/** A connection beyond the bound takes the place of the one that has been silent longest. */
export function boundConnections(server: Server): Connections {
  /** In the order they last were at work. */
  const asking = new Map<Socket, 'idle' | 'busy'>()
  let streams = 0

  server.on('connection', (socket: Socket) => {
    socket.on('error', () => socket.destroy())
    socket.on('close', () => asking.delete(socket))
    if (asking.size >= MOST_CONNECTIONS && !dropLongestIdle(asking)) {
      socket.end(BUSY_ANSWER)
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
    end: (socket) => {
      if (!asking.delete(socket) || socket.destroyed) return
      asking.set(socket, 'idle')
    },
    closeIdle: () => {
      for (const [socket, doing] of asking) if (doing === 'idle') socket.destroy()
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

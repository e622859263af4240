/** What the containers have in common. */
import type { Part, PartName } from '../manifest/types.ts'
import { setting } from './place.ts'
import type { Healthcheck } from './types.ts'

export const nodeImage = setting('VESTIBULE_NODE_IMAGE', 'node:24-slim')
export const nginxImage = setting('VESTIBULE_NGINX_IMAGE', 'nginx:1.30')

/** What no container needs, none has: a writable root, capabilities, new privileges, endless memory, processes or logs. */
export const confined = (memory: string, pids = 200) =>
  ({
    read_only: true,
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
    deploy: { resources: { limits: { memory, pids } } },
    logging: { driver: 'json-file', options: { 'max-size': '10m', 'max-file': '3' } },
  }) as const

export const server = (memory: string, pids?: number) =>
  ({ ...confined(memory, pids), restart: 'unless-stopped', stop_grace_period: '10s' }) as const
export const job = (memory: string) => ({ ...confined(memory), restart: 'no' }) as const

export const healthcheck = (test: readonly string[], startPeriod = '60s'): Healthcheck => ({
  test,
  interval: '3s',
  timeout: '5s',
  retries: 5,
  start_period: startPeriod,
})

/** Debian's bash opens sockets itself: a check costs a millisecond, where starting Node would cost 40 MB each time. */
export const bashHttpCheck = (port: number, path: string) => [
  'CMD',
  'bash',
  '-c',
  `exec 3<>/dev/tcp/127.0.0.1/${port} && printf 'GET ${path} HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [ "$$status" = 200 ]`,
]

/** The broker answers the AMQP greeting with a frame, whose first byte is 1. */
export const bashAmqpCheck = (port: number) => [
  'CMD',
  'bash',
  '-c',
  `exec 3<>/dev/tcp/127.0.0.1/${port} && printf 'AMQP\\x00\\x00\\x09\\x01' >&3 && IFS= read -r -d '' -n 1 byte <&3 && [ "$$byte" = $$'\\x01' ]`,
]

export const tmpfs = (path: string, size: string) => `${path}:size=${size},mode=1777,nosuid,nodev,noexec`
export const mount = (volume: string, path: string) => `${volume}:${path}:ro`
export const imageOf = (part: Part) => setting(part.image?.variable ?? '', part.image?.default)
export const healthy = { condition: 'service_healthy' } as const
export const completed = { condition: 'service_completed_successfully' } as const
export const oryEnvironment = { SQA_OPT_OUT: 'true' }

export const migrateJob = (part: PartName) => `${part}-migrate`

/** Parts that nginx forwards to. */
export const isAtEdge = (part: Part) => part.name === 'kratos' || part.name === 'identity' || part.segments.length > 0

export const waitsFor = (part: Part) => Object.fromEntries(part.dependsOn.filter((name) => name !== 'epmd').map((name) => [name, healthy]))

/** On this machine only, unless VESTIBULE_BIND says otherwise. */
export const published = (part: Part) =>
  part.ports
    .filter((port) => port.published === true)
    .map((port) => `${setting('VESTIBULE_BIND', '127.0.0.1')}:${setting(port.variable, String(port.default))}:${port.default}`)

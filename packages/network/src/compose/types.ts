/** The part of the compose specification that we use. */
export type Healthcheck = { test: readonly string[]; interval: string; timeout: string; retries: number; start_period: string }

export type Container = {
  image: string
  build?: { context: string; target: string; args?: Readonly<Record<string, string>> }
  profiles?: readonly string[]
  command?: readonly string[]
  user?: string
  init?: boolean
  hostname?: string
  environment?: Readonly<Record<string, string>>
  volumes?: readonly string[]
  tmpfs?: readonly string[]
  shm_size?: string
  networks?: readonly string[]
  network_mode?: 'none'
  ports?: readonly string[]
  depends_on?: Readonly<Record<string, { condition: 'service_healthy' | 'service_completed_successfully' }>>
  healthcheck?: Healthcheck
  restart: 'unless-stopped' | 'no'
  stop_signal?: 'SIGINT'
  stop_grace_period?: string
  read_only: true
  cap_drop: readonly ['ALL']
  security_opt: readonly ['no-new-privileges:true']
  deploy: { resources: { limits: { memory: string; pids: number } } }
  logging: { driver: 'json-file'; options: { 'max-size': string; 'max-file': string } }
}

export type ComposeFile = {
  name: string
  services: Record<string, Container>
  networks: Record<string, { internal?: true } | null>
  volumes: Record<string, null>
}

import type { OryFiles } from './write.ts'

/**
 * The arguments with which Kratos and Keto migrate and serve. Telemetry is switched off by the environment: no
 * configuration file can, and not every command has the flag.
 *
 * One Kratos alone delivers mail (`--watch-courier`); further replicas are started without it, or a message is sent twice.
 */
export function oryCommands(files: Pick<OryFiles, 'kratosConfig' | 'ketoConfig'>) {
  return {
    env: { SQA_OPT_OUT: 'true' },
    kratos: {
      migrate: ['migrate', 'sql', 'up', '--yes', '--read-from-env', '--config', files.kratosConfig],
      serve: ['serve', '--config', files.kratosConfig, '--watch-courier'],
      serveReplica: ['serve', '--config', files.kratosConfig],
      courier: ['courier', 'watch', '--config', files.kratosConfig],
    },
    keto: {
      migrate: ['migrate', 'up', '--yes', '--config', files.ketoConfig],
      serve: ['serve', '--config', files.ketoConfig],
    },
  }
}

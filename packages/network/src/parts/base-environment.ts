/** What every process gets besides what its part declares: where programs are, and a home that is not the person's. */
export const baseEnvironment = (home: string): Record<string, string> => ({
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: home,
  LANG: 'C.UTF-8',
  TZ: 'UTC',
})

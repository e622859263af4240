/** What further settings may not touch, and where it is set instead: a merge must not undo what the input was checked for. */
const fixed: Record<'kratos' | 'keto', Record<string, string>> = {
  kratos: {
    dev: 'use isDevelopment',
    dsn: 'use kratos.dsn',
    'serve.public.base_url': 'use publicUrl',
    'serve.public.host': 'use kratos.publicHost',
    'serve.public.port': 'use kratos.publicPort',
    'serve.admin': 'use kratos.adminHost and adminPort',
    secrets: 'use secrets',
    ciphers: 'it must stay encrypted',
    hashers: 'use passwords.hashing',
    'selfservice.methods.password.config.haveibeenpwned_enabled': 'use passwords.askHaveIBeenPwned',
    'selfservice.allowed_return_urls': 'use extraReturnUrls',
    'selfservice.flows.registration.after.hooks': 'Kratos skips deciding hooks in a list for all methods: name the method',
    'selfservice.flows.registration.after.password': 'identity decides there',
    'selfservice.flows.registration.after.code': 'identity decides there',
    'selfservice.flows.registration.after.passkey': 'identity decides there',
    'selfservice.methods.code': 'use codeMode',
    'selfservice.flows.settings.after.hooks': 'Kratos skips deciding hooks in a list for all methods: name the method',
    'selfservice.flows.settings.after.profile': 'identity decides there',
    'selfservice.flows.settings.after.password': 'identity decides there',
    'selfservice.flows.settings.after.totp': 'identity decides there',
    'selfservice.flows.settings.after.lookup_secret': 'identity decides there',
    'selfservice.flows.settings.after.passkey': 'identity decides there',
    'selfservice.methods.oidc': 'use providers',
    'selfservice.flows.registration.after.oidc': 'identity decides there',
    'selfservice.flows.settings.after.oidc': 'identity decides there',
    'selfservice.flows.recovery.after': 'it ends the other sessions',
    'session.whoami.required_aal': 'services have to know whose session it is; identity asks for the second factor',
    'courier.http': 'use courier',
    'courier.delivery_strategy': 'use courier',
    'courier.message_retries': 'use courier.messageRetries',
    'log.leak_sensitive_values': 'it writes cookies and addresses into the log',
  },
  keto: {
    dsn: 'use keto.dsn',
    'serve.read.host': 'use keto.read',
    'serve.write.host': 'use keto.write',
    'serve.metrics.host': 'use keto.metrics',
    'serve.opl.host': 'use keto.opl',
    namespaces: 'the model is ory/keto/namespaces.ts',
    secrets: 'use onlyV26.paginationSecrets',
    'log.leak_sensitive_values': 'it writes ids into the log',
  },
}

/** The further settings that reach into what the generator decides. */
export function forbiddenExtras(product: 'kratos' | 'keto', extras: Record<string, unknown>): string[] {
  return Object.entries(fixed[product]).flatMap(([path, instead]) => {
    let value: unknown = extras
    for (const part of path.split('.')) value = typeof value === 'object' && value !== null ? Reflect.get(value, part) : undefined
    return value === undefined ? [] : [`${product === 'kratos' ? 'extraKratos' : 'extraKeto'} may not set ${path}: ${instead}`]
  })
}

import type { SessionEntry } from '@app/contracts/sessions'
import type { MessageKey } from '../../language/catalogue.ts'
import { useSpeech } from '../../language/language.tsx'
import { ConfirmButton } from '../../parts/confirm-button.tsx'
import { Tag } from '../../parts/tag.tsx'
import { When } from '../../parts/when.tsx'
import { deviceName } from './device-name.ts'
import style from './security.module.css'

const methods: ReadonlyMap<string, MessageKey> = new Map(
  (['password', 'code', 'code_recovery', 'link_recovery', 'totp', 'passkey', 'webauthn', 'lookup_secret', 'oidc'] as const).map(
    (method) => [method, `method.${method}`],
  ),
)

/** One place where the person is signed in. */
export function SessionRow({ session, onEnd }: { session: SessionEntry; onEnd: () => void }) {
  const { t } = useSpeech()
  const { current, native, address, method, signedInAt, lastSeenAt } = session
  const name = deviceName(t, session)
  return (
    <li className={style['item']}>
      <div>
        <p className={style['row']}>
          <span className={style['name']}>{name}</span>
          {current ? (
            <Tag tone="good" icon="check">
              {t('security.sessions.current')}
            </Tag>
          ) : null}
          {native ? <Tag tone="plain">{t('security.sessions.app')}</Tag> : null}
        </p>
        <p className="muted">
          {t('security.sessions.since')} <When at={signedInAt} />
          {t('security.sessions.how', { method: t(methods.get(method) ?? 'method.other') })}
        </p>
        <p className={`muted ${style['facts']}`}>
          {address ? <span className="numbers">{t('security.sessions.from', { address })}</span> : null}
          {current ? null : (
            <span>
              {t('security.sessions.used')} <When at={lastSeenAt} />
            </span>
          )}
        </p>
      </div>
      <ConfirmButton
        label={t(current ? 'person.signOut' : 'security.sessions.end')}
        name={t('security.sessions.end.name', { device: name })}
        title={t(current ? 'security.sessions.self.title' : 'security.sessions.end.title', { device: name })}
        verb={t(current ? 'person.signOut' : 'security.sessions.end')}
        onConfirm={onEnd}
      >
        {t(current ? 'security.sessions.self.text' : 'security.sessions.end.text')}
      </ConfirmButton>
    </li>
  )
}

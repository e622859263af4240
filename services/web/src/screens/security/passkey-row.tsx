import type { InputNode } from '../../kratos/flow.ts'
import { useSpeech } from '../../language/language.tsx'
import { ConfirmButton } from '../../parts/confirm-button.tsx'
import { When } from '../../parts/when.tsx'
import style from './security.module.css'
import type { Settings } from './use-settings.ts'

/** One passkey; `passkey_remove` holds its credential id in hexadecimal. */
export function PasskeyRow({ node, settings }: { node: InputNode; settings: Settings }) {
  const { t, date } = useSpeech()
  const added = node.meta?.label?.context?.['added_at']
  const at = typeof added === 'string' && !Number.isNaN(Date.parse(added)) ? added : null
  const name = at ? t('security.passkey.name', { date: date(at) }) : t('security.passkey.unnamed')
  return (
    <li className={style['item']}>
      <div>
        <p className={style['name']}>{t('security.passkey.unnamed')}</p>
        {at ? (
          <p className="muted">
            {t('security.added')} <When at={at} />
          </p>
        ) : null}
      </div>
      {node.attributes.disabled ? (
        <p className="muted">{t('security.lastWay')}</p>
      ) : (
        <ConfirmButton
          label={t('security.remove')}
          name={t('security.passkey.remove', { name })}
          title={t('security.passkey.remove.title')}
          verb={t('security.remove')}
          onConfirm={() => settings.press('passkey', { passkey_remove: String(node.attributes.value ?? '') })}
        >
          {t('security.passkey.remove.text')}
        </ConfirmButton>
      )}
    </li>
  )
}

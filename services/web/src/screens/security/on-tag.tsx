import { useSpeech } from '../../language/language.tsx'
import { Tag } from '../../parts/tag.tsx'

export function OnTag({ isOn }: { isOn: boolean }) {
  const { t } = useSpeech()
  return (
    <Tag tone={isOn ? 'good' : 'plain'} {...(isOn ? { icon: 'check' as const } : {})}>
      {t(isOn ? 'security.on' : 'security.off')}
    </Tag>
  )
}

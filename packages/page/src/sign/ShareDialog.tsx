import { useState } from 'preact/hooks'
import { useStore } from '../model/useStore.js'
import { Switch } from '../parts/Choice.js'
import { CopyButton } from '../parts/CopyButton.js'
import { usePage } from '../parts/context.js'
import { Dialog } from '../parts/Dialog.js'
import { texts } from '../texts.js'
import { sharedOf, writeFragment } from './share.js'

/** Shows what a link would hold before it is copied. */
export function ShareDialog({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const form = useStore(usePage().signing.form)
  const [withClientId, setWithClientId] = useState(false)
  const shared = open ? sharedOf(form, { withClientId }) : []
  const link = `${location.href.replace(/#.*$/, '')}#${writeFragment(shared)}`
  return (
    <Dialog title={texts.share.title} open={open} onClose={onClose}>
      <p>{texts.share.text}</p>
      <dl class="pairs">
        {shared.map(({ name, value }) => (
          <div key={name}>
            <dt>{texts.share.names[name]}</dt>
            <dd class="mono" dir="ltr">
              {value}
            </dd>
          </div>
        ))}
      </dl>
      <Switch label={texts.share.withClientId} checked={withClientId} onChecked={setWithClientId} />
      <p class="link-preview mono" dir="ltr">
        {link}
      </p>
      <div class="buttons">
        <CopyButton text={link} label={texts.share.copy} />
      </div>
    </Dialog>
  )
}

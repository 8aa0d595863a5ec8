export interface TokenTextProps {
  readonly token: string
  readonly label: string
  readonly faded?: boolean
}

/** A token in its three parts, told apart by colour and by the style of the line under them. */
export function TokenText({ token, label, faded = false }: TokenTextProps) {
  const [header = '', payload = '', ...rest] = token.split('.')
  return (
    <figure class={`token mono ${faded ? 'token-faded' : ''}`} dir="ltr" aria-label={label} data-token={token}>
      <span class="part part-header">{header}</span>
      <span class="dot">.</span>
      <span class="part part-payload">{payload}</span>
      <span class="dot">.</span>
      <span class="part part-signature">{rest.join('.')}</span>
    </figure>
  )
}

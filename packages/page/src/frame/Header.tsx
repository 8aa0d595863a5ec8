import { useStore } from '../model/useStore.js'
import { usePage } from '../parts/context.js'
import { TabList } from '../parts/Tabs.js'
import { texts } from '../texts.js'
import { NetworkBadge } from './NetworkBadge.js'
import { type Mode, modes, themes } from './settings.js'

export interface HeaderProps {
  readonly mode: Mode
  readonly tabsId: string
  readonly onShortcuts: () => void
}

/** Name, modes, and what holds for all of them: theme, shortcuts, and what the page can reach. */
export function Header({ mode, tabsId, onShortcuts }: HeaderProps) {
  const { show, live } = usePage()
  const shown = modes.filter((each) => each !== 'admin' || live !== undefined)
  return (
    <header class="bar">
      <p class="brand">
        <svg viewBox="0 0 32 32" width="24" height="24" aria-hidden="true" focusable="false">
          <rect width="32" height="32" rx="8" fill="currentColor" />
          <path
            d="M12 11a5 5 0 1 0 0 10 5 5 0 0 0 0-10Zm5 5h9m-3 0v5"
            fill="none"
            stroke="var(--card)"
            stroke-width="3"
            stroke-linecap="round"
          />
        </svg>
        {texts.name}
      </p>
      <TabList
        label={texts.tabs.label}
        tabs={shown.map((each) => [each, texts.tabs[each]])}
        value={mode}
        onValue={show}
        size="page"
        id={tabsId}
      />
      <div class="bar-end">
        <NetworkBadge />
        <ThemeButton />
        <button type="button" class="button button-icon" aria-label={texts.frame.shortcuts} onClick={onShortcuts}>
          ?
        </button>
      </div>
    </header>
  )
}

/** Steps through system, light and dark. */
function ThemeButton() {
  const { settings, say } = usePage()
  const theme = useStore(settings, (state) => state.theme)
  const next = themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'system'
  return (
    <button
      type="button"
      class="button button-bar"
      onClick={() => {
        settings.set({ theme: next })
        say(`${texts.frame.theme.label}: ${texts.frame.theme[next]}`)
      }}
    >
      <span class="bar-word">{texts.frame.theme.label}: </span>
      {texts.frame.theme[theme]}
    </button>
  )
}

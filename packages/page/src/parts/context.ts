import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Page } from '../page.js'

/** Hands the page's state down to every component. */
export const PageContext = createContext<Page | undefined>(undefined)

/** The page's state. */
export function usePage(): Page {
  const page = useContext(PageContext)
  if (page === undefined) throw new Error('a component stands outside of the page')
  return page
}

// What opens above a page: a third of what a page would have to read before it shows anything.
export { Menu } from '@base-ui/react/menu';
export { Popover } from '@base-ui/react/popover';

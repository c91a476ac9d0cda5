// Before the first paint, so that a chosen theme does not flash in after the other one.
try {
  const theme = localStorage.getItem('reeve.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage is closed to this page: the theme of the system stays.
}

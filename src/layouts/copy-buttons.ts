/** Adds a "Copy" button to each text that is there to be copied, and says when that is done. */
for (const box of document.querySelectorAll<HTMLElement>('[data-copy]')) {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = 'Copy';
  button.setAttribute('aria-label', `Copy: ${box.dataset['copy'] ?? ''}`);
  const said = document.createElement('span');
  said.className = 'hidden-text';
  said.setAttribute('role', 'status');
  button.addEventListener('click', async () => {
    const text = box.querySelector('code')?.textContent ?? '';
    const isCopied = await navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
    button.textContent = isCopied ? 'Copied' : 'Press Ctrl-C';
    said.textContent = isCopied ? 'Copied' : '';
    if (!isCopied) window.getSelection()?.selectAllChildren(box.querySelector('code') ?? box);
    setTimeout(() => {
      button.textContent = 'Copy';
      said.textContent = '';
    }, 2000);
  });
  box.append(button, said);
}
